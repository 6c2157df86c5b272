/// @file
/// A box that holds every residual still to come, and what the read-out can then still become.
///
/// From the residual y = f(u) of the layer that has just run, u_{j} = u + h Σ_{i<j} W y_i. If Y is
/// a box with y ∈ Y, [v] ⊇ W Y its interval of velocities, and f(u + j h [v]) ⊆ Y for j = 1 … K −
/// 1, then by induction every one of the K next residuals lies in Y, and the j-th in f(u + j h
/// [v]): bounds that know how far each unit can have come by then. K may be infinite: units whose
/// velocity has one sign on all of Y run to their level, the others may take the whole range. Such
/// a box is forward invariant, in flow and network and for every h; with all signs decided it
/// contains one stable vertex, and all of it ends there (doc/theory.md §11.2).
///
/// Method: Y starts as the point y and is widened to the image until it holds it, at most `rounds`
/// times; two products of M×M a round, |W| times the radii and W times the centres.
/// For K = ∞ the sum Σ_j r·(y_j − s) over an approach to the vertex s is finite: the first terms
/// are summed as they are, the rest as a geometric series, |y_j − s| ≤ a e^{−c|u_j|} (a = c = 1 for
/// logistic, 2 and 2 for tanh).
/// What it can miss: |W| forgets that contributions cancel; with large K ‖|W|‖ the box soon fills
/// the cube and certifies nothing (see analytic_tail.hpp for a bound in ‖W‖₂).
/// Bounded activations and shared weights only.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct FutureBoxOptions {
    int rounds = 8;  ///< times the box may be widened, >= 1.
};

/// Of B inputs; C×B.
struct BoxBounds {
    /// Lower bound, over the layers to come, of the lead over class j of the class read out now;
    /// infinite in its own row; −∞ where no box was found.
    Matrix lead;
    /// By input: every unit runs to a level, so that the residual ends at the vertex of `levels`.
    std::vector<bool> at_vertex;
};

class FutureBox {
  public:
    /// Throws std::invalid_argument without a read-out, with weights that differ by layer, or with
    /// an unbounded activation.
    explicit FutureBox(const ResidualNetwork& network, const FutureBoxOptions& options = {});

    /// u: pre-activations (M×B) of the layer that has just run; logits: V x + c after it (C×B).
    /// `layers`: how many are still to come, >= 0; empty: any number of further layers.
    BoxBounds bounds(const Matrix& u, const Matrix& logits, std::optional<Index> layers,
                     int threads = 0) const;

  private:
    struct Tile;
    void widen(Tile& tile, std::optional<Index> layers) const;
    void lead_of(const Tile& tile, Index column, std::optional<Index> layers,
                 Eigen::Ref<Vector> lead) const;
    /// Whether the read-outs of classes c and k tie exactly at a vertex.
    bool ties(Index c, Index k, const Vector& level) const;

    Activation activation_;
    double step_;
    int rounds_;
    Matrix W_;                    ///< the residual matrix (M×M).
    Matrix W_size_;               ///< |W|, widened by the rounding of a product of two.
    Matrix read_;                 ///< R = VA (C×M).
    bool read_is_exact_ = false;  ///< one matrix: R is V as stored.
};

}  // namespace resdyn

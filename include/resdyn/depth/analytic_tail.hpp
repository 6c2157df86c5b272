/// @file
/// The analytic tail: what the layers that have not run yet will add to the logits, in closed form
/// and with a bound of its error, without running them.
///
/// After layer n ≥ 2 the last two pre-activations are known, and with them p = u_{n−1} − u_{n−2},
/// which is h W y_{n−2} (W the residual matrix, M×M). Were the velocity constant from there on, the
/// next residuals would be ŷ_j = f(u_{n−1} + j p): where a unit saturates, this is its closed form.
/// The network's own are y_{n−1+j} = f(u_{n−1} + j p + E_j) with
///
///     E_j = h W Σ_{i<j} (y_{n−1+i} − y_{n−2}),
///     ‖E_j‖₂ ≤ ε_j = h σ ( ‖Σ_{i<j} (ŷ_i − y_{n−2})‖₂ + Σ_{i<j} κ_i ε_i ),   σ ≥ ‖W‖₂,
///
/// κ_i the largest slope of f within ε_i of u_{n−1} + i p, over the units. By the mean-value
/// theorem any weights r have |r·(y_{n−1+j} − ŷ_j)| ≤ ‖r ∘ s_j‖₂ ε_j, s_j the largest slopes unit
/// by unit; where f is bounded also ≤ Σ |r_i| max(b − ŷ_ij, ŷ_ij − a). The smaller of the two is
/// summed. No product with W is needed: K layers cost K passes over M units and K read-outs. The
/// bound is the settle measure ‖y_{n−1} − y_{n−2}‖ carried forward: it is tight where that is
/// small, and runs away like (1 + h σ κ)^j where it is not. It is a theorem about exact arithmetic,
/// evaluated in double and widened by what rounding may reach.
/// Weights must be shared; every activation. Reference: derived here; the recursion of ε is the
/// discrete Grönwall inequality (see E. Hairer, S. P. Nørsett, G. Wanner, Solving Ordinary
/// Differential Equations I, 1993, section I.10). Theory: doc/theory.md §11.3.
#pragma once

#include <span>
#include <vector>

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// An upper bound of ‖W‖₂: the largest eigenvalue of WᵀW, widened by its rounding.
double norm_upper_bound(const Matrix& W);

/// Where B inputs stand after layer n ≥ 2.
struct TailStart {
    Matrix before;  ///< u_{n−2} (M×B).
    Matrix last;    ///< u_{n−1} (M×B).
    Matrix logits;  ///< V x_n + c (C×B).
};

/// All C×B. An infinite bound says that it ran away.
struct TailBounds {
    Matrix logits;       ///< after K more layers, by the closed form.
    Matrix error;        ///< |true logits − logits| ≤ this.
    Matrix held_logits;  ///< after K more layers with the residual held at y_{n−1}.
    Matrix held_error;   ///< |true logits − held_logits| ≤ this.
    /// Lower bound, over all of the K layers to come, of the lead over class j of the class that is
    /// read out now; infinite in its own row. It keeps its lead where all are positive.
    Matrix lead;
};

class AnalyticTail {
  public:
    /// Throws std::invalid_argument without a read-out or with weights that differ by layer.
    explicit AnalyticTail(const ResidualNetwork& network);

    /// σ.
    double norm_bound() const { return sigma_; }
    /// The K = `layers` ≥ 0 layers after those that have run.
    TailBounds bounds(const TailStart& start, Index layers, int threads = 0) const;
    /// Of every column whether its lead stays positive by the mean-value bounds alone: what
    /// `bounds` proves at less cost, on one thread.
    std::vector<bool> keeps_lead(const TailStart& start, Index layers) const;

  private:
    struct Block;
    template <class Visit>
    void follow(Block& block, Index layers, Visit visit) const;
    /// Of columns that are all read out as class c.
    std::vector<bool> keeps_lead_of(Index c, const TailStart& start, std::span<const Index> columns,
                                    Index layers) const;

    Activation activation_;
    double step_;
    double sigma_;
    Matrix read_;                       ///< R = VA (C×M).
    Matrix read_size_;                  ///< |R|.
    Matrix read_squares_;               ///< R∘R.
    std::vector<Matrix> lead_squares_;  ///< by class c, row j: (R_c − R_j)∘(R_c − R_j).
};

}  // namespace resdyn

/// @file
/// Can an open face of the cube attract? One pattern, decided exactly (doc/theory.md §5.4).
///
/// If a trajectory of the open cube (flow or network, any step) has its ω-limit set compactly
/// inside one open face (free units F, saturated units S), then some point ȳ of that face has
///
///     W_FF ȳ_F + W_FS y_S = 0,    λ_i(ȳ) = g'(level_i) (Wȳ)_i ≤ 0 for every i in S:
///
/// u_F stays bounded, so that the time mean of y solves the face's system, and u_S runs to its
/// levels. Such ȳ are the solutions of the variational inequality Wȳ ∈ N_cube(ȳ): equilibria with
/// no unstable saturated eigenvalue, whatever the free block does. All other equilibria have a
/// saturated unit that leaves its level (they are *transversally unstable*), and no cycle, torus or
/// chaotic set inside their face attracts from the open cube.
///
/// W_FF nonsingular: ȳ is the one solution. Singular: the solutions in the face are an open
/// polytope, on which the λ_i are affine; a linear program in rationals decides.
///
/// What it does not say: whether the face does attract (its `inside` spectrum and `ties` tell where
/// linear theory decides), and anything of ω-limit sets that meet several faces.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

/// A face with a point as above. All signs and counts are exact for the stored weights.
struct AttractingFace {
    Pattern pattern;
    /// Of the solutions in the face: |F| − rank W_FF. 0: ȳ is the only one (an isolated
    /// equilibrium).
    Index dimension = 0;
    Vector y;  ///< ȳ, or one of them where dimension > 0; nearest doubles; size N.
    /// λ_i at ȳ of the saturated units, all ≤ 0; 0 on free units; size N, each rounded once.
    Vector transverse_exponents;
    Index ties = 0;  ///< saturated units with λ_i = 0 exactly.
    /// min over S of |λ_i|: how far the decision is from a tie. Infinite where no unit is
    /// saturated.
    double transverse_margin = 0.0;
    /// Smallest distance of a free component from a level. Infinite at a vertex.
    double inside_margin = 0.0;
    /// diag(g(ȳ_F)) W_FF: the flow within the face. Where dimension > 0 without as many zeros.
    SpectralCounts inside;
    std::vector<Complex> inside_eigenvalues;  ///< all |F| of them, decreasing real part.

    bool is_isolated() const { return dimension == 0; }
    /// All λ_i < 0.
    bool is_transversally_stable() const { return ties == 0; }
    /// It is a hyperbolically stable equilibrium.
    bool is_stable() const {
        return is_isolated() && ties == 0 && inside.unstable == 0 && inside.neutral == 0;
    }
};

/// Holds the weights as integers and decides faces. Immutable; may be used from many threads.
class AttractingFaceSolver {
  public:
    /// Bounded activations only (throws std::invalid_argument).
    explicit AttractingFaceSolver(const ResidualSystem& system);

    /// Empty if the face holds no such point: proved. Elimination costs O(|F|³) operations on
    /// integers that grow with |F|, a singular block a linear program in rationals.
    std::optional<AttractingFace> decide(const Pattern& pattern) const;
    /// Its `dimension` alone, without the cost of the rest.
    std::optional<Index> dimension(const Pattern& pattern) const;

  private:
    struct Numbers;

    Activation activation_;
    std::shared_ptr<const Numbers> numbers_;
};

}  // namespace resdyn

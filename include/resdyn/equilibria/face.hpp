/// @file
/// One pattern, decided exactly: does its open face hold an equilibrium, and of which kind?
///
/// On the open face of a pattern the equilibrium solves W_FF y_F = −W_FS y_S and counts only if
/// every free component lies strictly between the levels. Weights are read as exact binary
/// numbers (the product BA of a two-matrix block is formed exactly), and every decision is made in
/// integers: singular or not (fraction-free elimination, Bareiss 1968), inside or outside, the
/// sign of each saturated eigenvalue, and whether a singular face holds a continuum (linear
/// programming, Bland's rule). The inertia of the free block and the reality of its eigenvalues are
/// proved by Gershgorin discs in double arithmetic where these suffice, else in integers
/// (Routh–Hurwitz by Cauchy index and Sturm chains: Gantmacher, The Theory of Matrices (1959),
/// ch. XV; the source: src/equilibria/exact_point.hpp). Eigenvalues themselves are printed from
/// double arithmetic; exact verdicts overrule them: a real part that is proved zero is printed as
/// zero, and so is the imaginary part of a spectrum that is proved real. Theory: doc/theory.md
/// §2.2.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include <resdyn/equilibria/stability.hpp>

namespace resdyn {

/// An isolated equilibrium: the free block W_FF is not singular (vertices included).
struct Equilibrium {
    Pattern pattern;
    Vector y;                ///< size N, nearest doubles to the exact rational point.
    double residual = -1.0;  ///< |g(y) ∘ (Wy)|_inf of the flow at y as stored.
    std::vector<Complex> flow_eigenvalues;  ///< size N, decreasing real part, then imaginary part.
    std::vector<Complex> multipliers;       ///< size N, decreasing modulus.
    SpectralCounts spectrum;                ///< of the flow.
    SpectralCounts free_spectrum;           ///< the free block's share of it.
    EquilibriumType type = EquilibriumType::NonHyperbolic;
    bool on_continuum = false;  ///< lies in the closure of a continuum of equilibria.
    bool proved = false;        ///< pattern, place and type decided by proof.
};

/// A face whose free block is singular and that does hold equilibria: a continuum.
struct Continuum {
    Pattern pattern;
    Index dimension = 0;  ///< of the solution set: |F| − rank W_FF.
    Vector point;         ///< one point of it, strictly inside the face; size N.
    /// Of the flow at `point` (exact there), without the `dimension` zeros of the continuum itself:
    /// where it is stable, the continuum attracts near that point. It can differ along the
    /// continuum.
    SpectralCounts transverse;
    std::vector<Complex> flow_eigenvalues;  ///< all N at `point`, those zeros included.
};

/// The free block is not singular, but its solution lies outside the open face.
struct EmptyFace {};
/// The free block is singular, and no solution lies in the open face.
struct EmptySingularFace {};

using FaceDecision = std::variant<Equilibrium, Continuum, EmptyFace, EmptySingularFace>;

/// Holds the weights as integers and decides faces. Immutable; may be used from many threads.
class FaceSolver {
  public:
    /// Bounded activations only (throws std::invalid_argument).
    explicit FaceSolver(const ResidualSystem& system);

    const ResidualSystem& system() const { return system_; }

    /// Decides the face of `pattern` (size N). Leaves `on_continuum` false: that is a statement
    /// about other faces. Elimination costs O(|F|³) operations on integers that grow with |F|.
    FaceDecision decide(const Pattern& pattern) const;

    /// The saturated units of the equilibrium of `pattern` whose eigenvalue is exactly zero.
    std::vector<Index> ties(const Pattern& pattern) const;

    /// The weights, each rounded once (not at all where W was given as such).
    Matrix nearest_weights() const;
    /// Over the free units F and the saturated units S, in coordinates where the levels are ±1:
    /// the exact solution of W_FF x = −(W_FS, d_F), d = (m/r) W 1, each entry rounded once;
    /// |F|×(|S|+1). m, r: middle and half-width of the levels. W_FF must not be singular.
    Matrix affine_solution(const std::vector<Index>& free,
                           const std::vector<Index>& saturated) const;
    /// In the same coordinates, for a singular W_FF: rows q with q·(s, 1) = 0 wherever the face of
    /// signs s has solutions, each scaled to largest entry about 1 and rounded once an entry.
    Matrix solvability(const std::vector<Index>& free, const std::vector<Index>& saturated) const;
    /// det W_FF · 2^(−|F| exponent), rounded once; 0 only if it is zero or below 2^−1000.
    double determinant(const std::vector<Index>& free, int exponent) const;
    /// Is W_FF singular?
    bool is_singular(const std::vector<Index>& free) const;

  private:
    struct Numbers;

    ResidualSystem system_;
    std::shared_ptr<const Numbers> numbers_;
};

}  // namespace resdyn

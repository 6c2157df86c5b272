/// @file
/// Bifurcations of equilibria along a path of weights W(α) = W0 + αW1, and in the step h: every
/// event with its α in closed form or in a bracket, and the branches between the events.
///
/// Along the path the equilibrium of a pattern is a rational function of α (Cramer's rule), because
/// face systems are linear: branches have no folds. Events are roots of polynomials with integer
/// coefficients known from the stored weights:
///  - TC: a saturated eigenvalue ±(Wy)_i crosses 0 with w_ii − W_iF W_FF⁻¹ W_Fi ≠ 0: there the
///    point of the pattern with unit i free enters or leaves through that side;
///  - singular: the same with 0: the edge is a continuum of equilibria at that α; so is any face
///    whose free block is singular with solutions inside the cube;
///  - HB: a pair of the free block on the imaginary axis (Hurwitz determinant of order |F| − 1),
///    with its first Lyapunov coefficient;
///  - of the layer map: PD, a multiplier 1 + hμ = −1; NS, a pair with |1 + hμ| = 1, not real.
/// Existence, TC and singular: roots isolated by Descartes' rule in exact arithmetic, conditions at
/// a root decided by the signs of other polynomials there. HB, PD and NS: bracketed by exact signs;
/// that none is missing is proved by enclosures in double arithmetic with every rounding bounded
/// (src/bifurcation/free_block_enclosure.hpp), by exact polynomials where these cannot separate,
/// and where neither does, `undecided_branches` says so. Counts between events are exact, at
/// rational α (exact_point.hpp). At a rational α the kind of an event of the free block is decided
/// exactly; at an irrational one a change of two where a multiplier reaches −1 is taken for a
/// double −1. What it can miss: global events (heteroclinic, homoclinic, folds of cycles) are not
/// in the list. Where the Hurwitz determinant vanishes for every α (a pair that is always
/// imaginary, in a block of four or more), crossings of other pairs are not looked for:
/// `undecided_branches` counts these.
///
/// Beyond complete_dimension, what lives or is stable only between two sampled α is not seen;
/// `scope` says how far apart they are. What is followed there is followed exactly, to both ends.
///
/// Cost: 3^N patterns (tanh: one of each pair ±y), each decided or excluded in integers; the
/// free-block tests are polynomials of degree up to |F|(|F|−1)(2|F|+1). Dense Gaussian matrices
/// of N = 6, 7, 8 took 1.6, 5 and 23 s of one core. Reference: Yu. A. Kuznetsov, Elements of
/// Applied Bifurcation Theory (2004),
/// ch. 3 and 4; labels as in AUTO. Theory: doc/theory.md §8.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/bifurcation/parameter_path.hpp>
#include <resdyn/equilibria/stability.hpp>
#include <resdyn/model/clock.hpp>
#include <resdyn/numerics/first_lyapunov_coefficient.hpp>

namespace resdyn {

class Farm;

enum class BifurcationKind {
    Transcritical,  ///< two equilibria, of faces next to each other, pass through one point.
    Singular,       ///< a continuum of equilibria at this α only.
    Hopf,           ///< a pair of the flow's eigenvalues on the imaginary axis.
    Flip,           ///< period doubling: a multiplier of the layer map at −1.
    NeimarkSacker,  ///< a pair of multipliers of the layer map on the unit circle.
};
/// "TC", "singular", "HB", "PD", "NS", as in AUTO's tables.
std::string_view label(BifurcationKind kind);

/// One event. `before` and `after` are left and right of α.
struct Bifurcation {
    BifurcationKind kind = BifurcationKind::Transcritical;
    double alpha = 0.0;  ///< nearest double to the root (to the middle of its bracket).
    double lower = 0.0;  ///< the root lies in [lower, upper]; equal where α is exact.
    double upper = 0.0;
    std::string exact;  ///< α as a fraction where it is rational and was proved; else empty.
    /// TC, HB, PD, NS: the pattern whose eigenvalue crosses. Singular: the face of the continuum.
    Pattern pattern;
    std::optional<Pattern> partner;  ///< TC: the face next to it, with `unit` free.
    Index unit = -1;                 ///< TC: the unit whose eigenvalue is zero.
    Vector y;                        ///< the equilibrium there (a point of the continuum), size N.
    double residual = -1.0;          ///< |g(y) ∘ (Wy)|_inf at α and y as stored.
    /// Unstable eigenvalues of `pattern` (HB, TC: flow; PD, NS: multipliers outside the circle),
    /// −1 where the pattern does not exist or the event is singular.
    Index unstable_before = -1;
    Index unstable_after = -1;
    bool partner_before = false;  ///< TC: the partner exists left of α (near it).
    bool partner_after = false;
    /// TC: the eigenvalue touches zero without crossing. HB, PD, NS: no crossing, or several at
    /// once; HB also where l₁ is zero to rounding.
    bool degenerate = false;
    /// How many reach their limit at this α: TC eigenvalues, HB and NS pairs, PD multipliers −1. By
    /// exact counts at a rational α and along the step; at other α what exact counts on both sides
    /// differ by. 0: singular (see dimension), or the counts do not tell.
    Index multiplicity = 0;
    Index dimension = 0;  ///< singular: of the continuum.
    double angle = 0.0;   ///< HB: ω; NS: argument of the multiplier, in (0, π).
    std::optional<FirstLyapunovCoefficient> lyapunov;  ///< HB.
    std::string remark;                                ///< in words, where there is more to say.
};

/// A stretch of a branch between two events, on which no count changes.
struct BranchSegment {
    double from = 0.0;
    double to = 0.0;
    double sample = 0.0;  ///< a rational point of it, nearest double, where counts were decided.
    SpectralCounts flow;
    SpectralCounts map;
};

/// The equilibrium of one pattern over a maximal interval of α in which it exists.
struct EquilibriumBranch {
    Pattern pattern;
    double from = 0.0;
    double to = 0.0;
    std::vector<BranchSegment> segments;  ///< from left to right, at least one.
    /// False: a pair is imaginary on the whole branch and hides other crossings, roots were too
    /// close together to be told apart, or exact counts changed without an event.
    bool decided = true;
};

/// One row of a branch table.
struct BranchPoint {
    double alpha = 0.0;
    std::string
        label;  ///< "EP" at the ends, "UZ" at marks, "" at ordinary points, else the event's.
    Vector y;
    double residual = -1.0;
    std::vector<Complex> eigenvalues;  ///< of the flow.
    std::vector<Complex> multipliers;  ///< of the layer map.
    SpectralCounts flow;  ///< of the segment; where two meet, what changes counts as neutral.
};

struct BifurcationOptions {
    double from = 0.0;
    double to = 1.0;               ///< > from.
    double width = 1e-13;          ///< of brackets, times min(|α|, to − from); 1e-15 … 1e-6.
    bool layer_map = true;         ///< also PD and NS at the path's step.
    Index complete_dimension = 8;  ///< every pattern up to this N; 0 … 10.
    /// Beyond that: N up to which every vertex is followed; 0 … 14.
    Index vertex_dimension = 12;
    /// Beyond complete_dimension: values of α at which the stable equilibria are searched; >= 2.
    Index stable_samples = 9;
    std::uint64_t max_nodes = 2'000'000;  ///< of each such search.
    Index max_free_units = 8;             ///< of branches followed there; 0 … 10.
    int threads = 0;                      ///< 0: all processors; the result does not depend on it.
    std::function<void(double)> on_progress = {};  ///< share done, 0 … 1.
    /// Where sets of free units are followed (work/farm.hpp), as a job "bifurcations", beyond
    /// complete_dimension one more for every round of partners; null: in threads. A shard does the
    /// first round only. Where it does a shard, or is stopped, the diagram means nothing:
    /// farm->progress() tells. Along the step: must be null.
    Farm* farm = nullptr;
};

struct BifurcationDiagram {
    std::vector<EquilibriumBranch> branches;  ///< sorted by pattern, then α.
    std::vector<Bifurcation> events;          ///< sorted by exact α, then pattern, then kind.
    /// Patterns that hold a continuum for every α (a singular block all along, seen at one α).
    std::vector<Pattern> permanent_continua;
    /// Every pattern was followed and decided: no local event of the flow or (if asked) of the map
    /// is missing.
    bool complete = false;
    Index undecided_branches = 0;
    std::string scope;  ///< in words: what was looked at, and what was not.

    /// Branches that exist at α (not at a bracket's end) with their flow counts there.
    std::vector<std::pair<Pattern, SpectralCounts>> at(double alpha) const;
};

/// Throws std::invalid_argument for options out of range (from < to among them).
BifurcationDiagram bifurcations(const ParameterPath& path, const BifurcationOptions& options);

/// The rows of one branch: `points` >= 2 of it, denser towards its ends, its events, continua that
/// it passes through among them, wherever two segments meet (nothing changes between two rows), and
/// the `marks` that lie on it.
std::vector<BranchPoint> branch_points(const ParameterPath& path, const EquilibriumBranch& branch,
                                       const std::vector<Bifurcation>& events, Index points,
                                       const std::vector<double>& marks = {});

}  // namespace resdyn

/// @file
/// How far W is from balance: the smallest number of pairs, and the smallest weight of entries,
/// that must be changed (set to zero) before signs s with s_i s_j w_ij ≥ 0 exist.
///
/// For camps s a pair costs what contradicts it: inside a camp its negative entries, across camps
/// its positive ones; counted once if there are any, or by their absolute values. A +− pair is
/// never balanced: it always counts, and weighs its smaller entry at least. What is left is the
/// ground state of an Ising glass (frustration index: Harary, Behav. Sci. 4, 1959, 316–323;
/// Barahona, J. Phys. A 15, 1982, 3241), NP-hard in general.
///
/// Exact: branch and bound over the camps, bounded by the optima of the sub-problems on the units
/// still free ("Russian dolls": Verfaillie, Lemaître, Schiex, AAAI 1996), each connected component
/// by itself. Upper bounds: tabu search from several starts. Lower bounds: edge-disjoint negative
/// cycles (every one of them must be broken once), and the eigenvalue bound Σ_{i<j} S_ij s_i s_j ≤
/// N λ_max(S)/2 (Delorme, Poljak, Math. Program. 62, 1993, 557–574) with a margin for the rounding
/// of λ_max. Weights whose sums are exact in double precision (whole numbers among them) have lower
/// = upper where they are proved; for others `lower` is a bound with rounding taken off, so that
/// proved ones differ from `upper` by up to 1e-11 of the total. Theory: doc/theory.md §7.3.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct FrustrationOptions {
    Index exact_up_to = 30;         ///< N up to which the search has `small_nodes` steps; >= 0.
    Index small_nodes = 200000000;  ///< steps of branch and bound for those, >= 0.
    Index large_nodes = 100000;     ///< for larger N; when they are used up bounds are given.
    Index restarts = 8;             ///< starts of the tabu search, >= 1.
    std::uint64_t seed = 1;         ///< of the random ones.
};

enum class FrustrationProof {
    Balanced,        ///< upper = lower by two-colouring: nothing but +− pairs is frustrated.
    BranchAndBound,  ///< upper = lower by exhaustion, up to the rounding of sums.
    Bounds,          ///< lower <= index <= upper, from packing or eigenvalue and from search.
    BoundsMeet,      ///< the same bounds happen to be equal, up to the rounding of sums.
};
std::string_view to_string(FrustrationProof proof);

/// The index in one measure.
struct FrustrationIndex {
    double lower = 0.0;
    double upper = 0.0;      ///< reached by `camps`.
    std::vector<int> camps;  ///< N, ±1, first unit of each connected component +1.
    FrustrationProof proof = FrustrationProof::Bounds;
    double packing_bound = 0.0;   ///< from edge-disjoint negative cycles.
    double spectral_bound = 0.0;  ///< from λ_max; 0 where it was not needed.
    Index nodes = 0;              ///< steps of branch and bound.

    bool is_exact() const { return proof != FrustrationProof::Bounds; }
};

struct Frustration {
    Index linked_pairs = 0;     ///< pairs with a nonzero entry: what `pairs` is held against.
    Index mixed_pairs = 0;      ///< +− pairs: frustrated whatever the camps.
    double total_weight = 0.0;  ///< Σ_{i≠j} |w_ij|: what `weight` is held against.
    FrustrationIndex pairs;
    FrustrationIndex weight;
};

/// W: N×N, finite. Throws std::invalid_argument otherwise or for options out of range.
Frustration frustration(const Matrix& W, const FrustrationOptions& options = {});

/// Cost of given camps (±1, size N) in both measures.
double frustrated_pairs(const Matrix& W, const std::vector<int>& camps);
double frustrated_weight(const Matrix& W, const std::vector<int>& camps);

}  // namespace resdyn

/// @file
/// Cooperation and competition, read from the signs of the residual matrix: w_ij > 0 means that
/// residual j helps residual i grow, w_ij < 0 that it suppresses it (doc/theory.md §7.3).
///
/// Pair types from (sign w_ij, sign w_ji): mutualism ++, competition −−, exploitation +−,
/// commensalism +0, amensalism −0, neutral 00 (Odum, Fundamentals of Ecology, 1953). Balance in the
/// sense of Harary (Michigan Math. J. 2, 1953): signs s with s_i s_j w_ij ≥ 0 for all i ≠ j, two
/// camps that cooperate inside and compete across. Signs are those of the stored numbers: a weight
/// of 1e-12 counts as much as one of 1; the strengths say what it is worth.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class PairType { Mutualism, Competition, Exploitation, Commensalism, Amensalism, Neutral };
inline constexpr std::array<PairType, 6> pair_types = {
    PairType::Mutualism,    PairType::Competition, PairType::Exploitation,
    PairType::Commensalism, PairType::Amensalism,  PairType::Neutral};
std::string_view to_string(PairType type);

PairType pair_type(double w_ij, double w_ji);

/// All unordered pairs of one type.
struct PairTally {
    Index count = 0;
    double mean_strength = 0.0;  ///< mean of (|w_ij| + |w_ji|)/2 over the pairs; 0 if none.
    double max_strength = 0.0;   ///< largest of them.
};

struct SelfTally {
    Index positive = 0;  ///< w_ii > 0: self-excitation.
    Index negative = 0;  ///< w_ii < 0: self-inhibition.
    Index zero = 0;
};

/// One inequality on the off-diagonal entries of W, tested on every entry.
struct SignTest {
    bool holds = false;
    /// Smallest value of what must be >= 0 (w_ij, −w_ij or s_i s_j w_ij) over i != j: the entry
    /// that comes closest to breaking the test, or breaks it most; infinity for N = 1.
    double margin = 0.0;
    Index violations = 0;  ///< entries that break it (balance: 0 or at least 1).
    std::string witness;   ///< the largest entry that breaks it, or empty.
};

struct InteractionReport {
    std::array<PairTally, 6> pairs;  ///< in the order of `pair_types`.
    SelfTally self;
    SignTest cooperative;  ///< w_ij >= 0 for i != j.
    SignTest competitive;  ///< w_ij <= 0 for i != j.
    SignTest balanced;     ///< s_i s_j w_ij >= 0 for i != j and some signs s.
    /// ±1 for each unit if balanced, +1 for the first unit of each connected component; else empty.
    std::vector<int> camps;
    Vector received;  ///< N: Σ_{j≠i} w_ij, the net help that unit i gets from all others.
    Vector given;     ///< N: Σ_{j≠i} w_ji, the net help that unit i gives to all others.
};

/// W: N×N residual matrix.
InteractionReport interaction_report(const Matrix& W);

}  // namespace resdyn

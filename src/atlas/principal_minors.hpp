/// @file
/// All 2^N principal minors det W_FF of the scaled weights, with proved relative errors: what the
/// characteristic polynomials of every free block diag(g) W_FF are made of.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "equilibria/filter_weights.hpp"
#include "equilibria/free_set.hpp"

namespace resdyn {

enum class BlockKind : std::uint8_t {
    Verified,  ///< proved non-singular in double arithmetic.
    Exact,     ///< proved non-singular in exact arithmetic only.
    Singular,  ///< proved singular.
};

struct PrincipalMinors {
    std::vector<double> value;  ///< by mask of F; 1 for F = ∅, 0 exactly where singular.
    /// Largest relative error of the minors of all subsets of F.
    std::vector<double> error;
    std::vector<BlockKind> kind;
};

/// About how many of the minors are beyond double arithmetic, from a sample; 0 … 1.
double exact_share(const FilterWeights& weights);

/// `stop_requested` is asked between tasks; if it says yes the result is not whole.
PrincipalMinors principal_minors(const FilterWeights& weights, const FaceSolver& solver,
                                 int threads, const std::function<bool()>& stop_requested);

}  // namespace resdyn

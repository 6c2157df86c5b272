/// @file
/// The face equilibria of one set of free units along a path, as polynomials in α, and the test
/// functions of their free blocks.
#pragma once

#include <vector>

#include <resdyn/bifurcation/parameter_path.hpp>
#include <resdyn/equilibria/pattern.hpp>

#include "numerics/exact_polynomial.hpp"

namespace resdyn {

/// With F free and S saturated, over the determinant D of W_FF (all up to powers of two):
///     y_f = Σ_s numerators[f][s] level_s / D,      degree ≤ |F|
///     (Wy)_s = Σ_t rates[s][t] level_t / D,         degree ≤ |F| + 1,
/// and rates[s][s] is the determinant of the block of F ∪ {s}.
struct FreeSetPath {
    std::vector<Index> free;
    std::vector<Index> saturated;
    exact::Polynomial determinant;
    std::vector<std::vector<exact::Polynomial>> numerators;
    std::vector<std::vector<exact::Polynomial>> rates;
};
FreeSetPath free_set_path(const ParameterPath& path, const std::vector<Index>& free);

/// One pattern of the set.
struct FacePath {
    Pattern pattern;
    exact::Polynomial determinant;
    std::vector<exact::Polynomial> above_low;   ///< D (y_f − a), a free unit each.
    std::vector<exact::Polynomial> below_high;  ///< D (b − y_f).
    std::vector<exact::Polynomial> rates;       ///< D (Wy)_s, a saturated unit each.
};
FacePath face_path(const FreeSetPath& set, const Pattern& pattern, Activation activation);

/// Functions of α that vanish where the free block is at an event of its kind.
enum class FreeBlockTest {
    OppositePair,    ///< two eigenvalues with sum 0.
    Flip,            ///< a multiplier −1 at the path's step.
    ReciprocalPair,  ///< two multipliers with product 1 at the path's step.
};

/// The test function of a face with at least one free unit (two for pairs), up to a positive
/// factor D^m, as a polynomial; empty if it vanishes for every α. Method: evaluated at whole
/// numbers and interpolated; degree |F|(|F|−1)(2|F|+1)/2, |F|(2|F|+1), |F|(|F|−1)(2|F|+1).
exact::Polynomial free_block_test(const ParameterPath& path, const FacePath& face,
                                  FreeBlockTest test);

}  // namespace resdyn

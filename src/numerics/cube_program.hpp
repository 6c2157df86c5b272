/// @file
/// Is there a point of an affine space inside a cube and within half-spaces? A linear program in
/// whole numbers, answered in doubles; the answer counts where it verifies exactly.
///
/// The question is whether some t has A_i t < c_i for every row i (≤ where the row is closed).
/// Motzkin: there is none iff some z ≥ 0, z ≠ 0 has Aᵀz = 0 and cᵀz < 0, or = 0 with z_i > 0 for a
/// row that is not closed. The program max e, A t + e ≤ c, is solved in doubles. Its t, rounded to
/// few bits, is a point if it verifies exactly; its optimal basis names the rows that z lives on,
/// and z then follows from one exact solve and is verified exactly.
/// What it can miss: programs whose answer rounding decides; both tests then say no.
/// Reference: T. S. Motzkin, Beiträge zur Theorie der linearen Ungleichungen (1936); exact answers
/// from a basis found in floating point: D. G. Applegate, W. Cook, S. Dash, D. G. Espinoza, Oper.
/// Res. Lett. 35 (2007) 693–699.
#pragma once

#include <optional>
#include <vector>

#include "exact_half_spaces.hpp"

namespace resdyn::exact {

/// The constraints (A / unit) t < c / room_unit, a row each.
struct CubeProgram {
    std::vector<std::vector<Integer>> A;
    std::vector<Integer> c;
    std::vector<bool> closed;        ///< a row: ≤ in place of <.
    std::vector<int> row_exponents;  ///< rows are divided by these powers of two in doubles.
    std::size_t k = 0;               ///< size of t.
    Integer unit = 1;                ///< > 0.
    Integer room_unit = 1;           ///< > 0.
};

/// base + Σ t_j directions_j strictly between lower and upper, and in the closed half-spaces.
CubeProgram cube_program(const std::vector<std::vector<Rational>>& directions,
                         const std::vector<Rational>& base, const Rational& lower,
                         const Rational& upper, const std::vector<HalfSpace>& closed);

/// What double arithmetic makes of max e, A t + e ≤ c: the point, and the basis it ended with.
struct CubeGuess {
    bool optimal = false;
    double e = 0.0;
    std::vector<double> t;
    std::vector<std::size_t> tight;    ///< rows with no slack.
    std::vector<std::size_t> columns;  ///< components of t that are basic, |tight| − 1 of them.
    std::vector<int> exponents;        ///< powers of two that bring each column near 1.
};
CubeGuess guess_point(const CubeProgram& program);

/// t rounded to as few bits below its scale as verify, or nothing.
std::optional<std::vector<Rational>> verified_point(const CubeProgram& program,
                                                    const CubeGuess& guess);
/// Proved that no point exists.
bool is_refuted(const CubeProgram& program, const CubeGuess& guess);

}  // namespace resdyn::exact

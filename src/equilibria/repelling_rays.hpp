/// @file
/// Invariant rays of the quadratic field y' = y ∘ (Wy), which is the logistic system near its
/// origin to leading order: supports K with W_KK v = c·1, v > 0.
///
/// c > 0, a repelling ray: on it the origin repels, and no diagonal P > 0 makes −(PW + WᵀP)
/// copositive, since vᵀPWv = c Σ p_i v_i > 0. c = 0, a resting ray: vᵀPWv = 0, so none is strictly
/// copositive. If no support has either, every ergodic motion of the direction y/|y| has negative
/// growth (its mean v on the face K that it lives on solves W_KK v = c·1 with c its growth), and
/// the origin is asymptotically stable for y ≥ 0.
///
/// Method: supports by size, so that small ones, which suffice most often, come first. A row of
/// W_KK without a positive and with a negative entry excludes both; so does a solution of
/// W_KK v = 1 in double arithmetic whose proved error bound leaves a component negative. The rest
/// is solved in integers, singular blocks by an exact linear program.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "numerics/exact.hpp"

namespace resdyn {

struct RayLimits {
    Index max_supports = 65536;  ///< looked at; >= 1.
    int threads = 0;             ///< 0: all processors. The result does not depend on it.
    std::function<bool()> stop_requested = {};
};

struct RaySearch {
    std::optional<std::vector<Index>> repelling;  ///< the first by size, then by units.
    std::optional<std::vector<Index>> resting;    ///< the first of these, up to the repelling one.
    bool complete = false;  ///< every support was decided: what is not here does not exist.
    Index supports = 0;     ///< looked at.
    Index whole_size = 0;   ///< every support of up to so many units was decided.
};

RaySearch find_rays(const exact::IntegerMatrix& W, const RayLimits& limits);

/// Is there a v > 0 with M v = growth·1, growth −1, 0 or 1? For any square M, singular ones above
/// all: an exact linear program.
bool has_positive_solution(const exact::IntegerMatrix& M, int growth);

}  // namespace resdyn

/// @file
/// Attractor or transient: has the residual of an input arrived where it rests when the network
/// reads it out, or is it read out on its way?
///
/// Every input is followed beyond the last layer, by the same layer map, until its resting place is
/// verified (settling/settle.hpp) or the layers run out; then its residual at the last layer of
/// the network, y_{L−1}, is judged against that place. What it can miss: an input that does not
/// settle within the layers allowed, or rests on a continuum of equilibria, has no isolated resting
/// place to be near to, so it is never Settled. Theory: doc/theory.md §9.2.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/transient/evidence.hpp>
#include <resdyn/transient/turning.hpp>

namespace resdyn {

/// How an input stands at the last layer. The first that holds.
enum class Regime {
    Settled,  ///< |y_{L−1} − y*|_inf <= arrival_tol × (b − a), y* its verified resting place.
    Slow,     ///< |y_{L−1} − y_{L−2}|_inf <= slow_speed × (b − a), but not there.
    Unsettled,  ///< still moving: the answer is read out of a transient.
};
/// "settled", "slow", "unsettled": the words of SettleOutcome, here for the last layer.
std::string_view to_string(Regime regime);

struct RegimeOptions {
    double arrival_tol = 0.01;  ///< in units of the range b − a of f; in (0, 1).
    double slow_speed = 1e-3;   ///< a layer, in units of b − a; > 0.
    SettleOptions settle{};
};

struct RegimeReport {
    std::vector<Regime> regimes;  ///< one an input.
    Vector distance;  ///< |y_{L−1} − y*|_inf by input; NaN where no resting place is known.
    Vector
        last_speed;  ///< |y_{L−1} − y_{L−2}|_inf by input (L = 1: |y_1 − y_0|_inf, one layer on).
    std::vector<Proportion> shares;  ///< of Settled, Slow, Unsettled.
    /// The regime of more than half of the inputs, by more than 1.96 standard errors; else empty.
    std::optional<Regime> of_network;
    SettleResult settled;          ///< where they went beyond the last layer,
    std::vector<Turning> turning;  ///< and how those move there that come to no rest.
};

/// inputs: D×B. The weights must be shared and f bounded: throws std::invalid_argument otherwise.
RegimeReport regimes(const ResidualNetwork& network, const Matrix& inputs,
                     const RegimeOptions& options = {});

}  // namespace resdyn

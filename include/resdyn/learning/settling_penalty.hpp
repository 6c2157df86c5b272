/// @file
/// What residuals that still move at the end of a network add to its loss, so that training makes
/// attractor networks: those whose inputs come to rest.
///
///     penalty = (λ/K) Σ_{k=1..K} ‖y_{L−k} − y_{L−k−1}‖²,   mean over the samples,
///
/// of the residuals of the last K + 1 layers; of fewer where a network has not so many (one that
/// adjusts its depth). Of two-matrix blocks y are the hidden residuals f(Bx + b).
///
/// What it can miss: residuals that are slow at layer L need not be near an equilibrium, nor near
/// one that attracts, and all of them may come to rest at one place, the logistic origin among
/// them; where they do is to be looked at (settling/settle.hpp). One more step of a network with
/// weights of its own is not defined, so that of such the penalty speaks of its layers only.
/// Reference: theory of the ledger, "attractor networks must exist to speak of them"; the speed is
/// the criterion of F. Lagzi, T. Ball, J. Boedecker, NIPS 2018 workshop on compact networks.
#pragma once

#include <resdyn/model/parameters.hpp>

namespace resdyn {

struct SettlingPenalty {
    double weight = 0.0;  ///< λ, finite, >= 0; 0: off.
    Index layers = 1;     ///< K, 1 … L − 1.
};

/// Throws std::invalid_argument naming the field that breaks its range, or the perceptron, which
/// has no residuals.
void validate(const SettlingPenalty& penalty, const NetworkShape& shape);

}  // namespace resdyn

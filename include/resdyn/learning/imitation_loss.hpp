/// @file
/// What one network loses by not being another: the difference of their decisions and, layer by
/// layer, of their streams. The labels have no part in it.
///
///     loss = τ² KL(p ‖ q) + (s/K) Σ_k ‖x̂_k − x_{n(k)}‖² / S²,   p, q = softmax(logits / τ)
///
/// of the original (p, x) and the imitation (q, x̂), mean over samples. The second sum runs over
/// the K layers of the imitation that have a counterpart (matched_layers, transient/agreement.hpp);
/// where there is none the logits alone are imitated. S² is the mean squared way that the stream of
/// the original goes, so that s does not depend on the scale of the data.
///
/// Method: τ² keeps the gradient of the logits of one size at every temperature; large τ compares
/// the logits themselves, τ = 1 the probabilities.
/// Reference: G. Hinton, O. Vinyals, J. Dean, arXiv:1503.02531 (distillation); A. Romero et al.,
/// FitNets, ICLR 2015 (hints from inner layers).
#pragma once

#include <resdyn/model/parameters.hpp>

namespace resdyn {

struct ImitationLoss {
    const Network& original;    ///< with a read-out; outlives this.
    double temperature = 2.0;   ///< τ, finite and > 0.
    double state_weight = 1.0;  ///< s, finite and >= 0; 0: the logits alone.
    double way = 1.0;  ///< S, finite and > 0: see root_mean_square_way (transient/agreement.hpp).
};

/// Throws std::invalid_argument naming the field that breaks its range, or saying in which respect
/// a network of `imitation` cannot imitate the original: width of the data, number of classes.
void validate(const ImitationLoss& loss, const NetworkShape& imitation);

}  // namespace resdyn

/// @file
/// The original of an imitation on one tile of samples: its logits, the states that the imitation
/// is held to, and what they add to loss and gradient.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/learning/imitation_loss.hpp>
#include <resdyn/transient/agreement.hpp>

#include "model/forward.hpp"

namespace resdyn {

/// A network in Scalar and how it is to be imitated by networks of one shape.
template <class Scalar>
struct ImitatedNetwork {
    OwnedTensors<Scalar> tensors;
    double temperature;
    double state_factor;  ///< s/(K S²).
    /// By layer of the imitation, 0 … L̂: the original's layer it is held to, −1 without one.
    std::vector<Index> counterpart;

    /// Throws as validate(loss, imitation) does.
    ImitatedNetwork(const ImitationLoss& loss, const NetworkShape& imitation)
        : tensors((validate(loss, imitation), loss.original)), temperature(loss.temperature) {
        counterpart.assign(static_cast<std::size_t>(imitation.depth) + 1, -1);
        const std::vector<LayerPair> pairs = matched_layers(tensors.shape, imitation);
        if (loss.state_weight > 0) {
            for (const LayerPair& pair : pairs) {
                counterpart[static_cast<std::size_t>(pair.layer)] = pair.of_original;
            }
        }
        state_factor =
            pairs.empty()
                ? 0.0
                : loss.state_weight / (static_cast<double>(pairs.size()) * loss.way * loss.way);
    }
};

/// The memory of up to `samples` samples.
template <class Scalar>
class ImitationTile {
  public:
    using View = kernels::View<Scalar>;
    using ConstView = kernels::ConstView<Scalar>;

    ImitationTile(const ImitatedNetwork<Scalar>& original, Index samples) : original_(original) {
        const NetworkShape& shape = original.tensors.shape;
        data_.resize(shape.input_width, samples);
        x_.resize(shape.width, samples * (shape.depth + 1));
        y_.resize(shape.residuals(), samples);
        product_.resize(shape.has_two_matrices() ? shape.width : 0, samples);
        logits_.resize(shape.classes, samples);
    }

    /// Runs the original on these samples.
    void run(const Dataset& set, std::span<const Index> columns) {
        const Tensors<Scalar> net = original_.tensors.view();
        samples_ = static_cast<Index>(columns.size());
        View x0 = state(0);
        if (net.shape.has_input_layer()) {
            View d = view(data_, 0);
            gather<Scalar>(set.inputs, columns, d);
            enter<Scalar>(net, d, x0);
        } else {
            gather<Scalar>(set.inputs, columns, x0);
        }
        for (Index n = 0; n < net.shape.depth; ++n) {
            forward_layer<Scalar>(net, n, state(n), view(y_, 0), view(product_, 0), state(n + 1));
        }
        read_out<Scalar>(net, state(net.shape.depth), view(logits_, 0));
    }

    /// τ² KL(p ‖ q) summed over the samples, and how many have the original's class; in place of
    /// the imitation's logits their gradient τ (q − p)/scale.
    kernels::SoftmaxLoss logit_loss(Scalar scale, View logits) {
        const auto tau = static_cast<Scalar>(original_.temperature);
        kernels::SoftmaxLoss loss;
        for (Index j = 0; j < samples_; ++j) {
            auto mine = logits.col(j).array();
            auto theirs = logits_.col(j).array();
            Index largest = 0;
            Index wanted = 0;
            const Scalar top = mine.maxCoeff(&largest);
            const Scalar their_top = theirs.maxCoeff(&wanted);
            loss.correct += largest == wanted ? 1 : 0;
            mine = (mine - top) / tau;
            theirs = (theirs - their_top) / tau;
            mine -= std::log(mine.exp().sum());
            theirs -= std::log(theirs.exp().sum());
            loss.sum += original_.temperature * original_.temperature *
                        static_cast<double>((theirs.exp() * (theirs - mine)).sum());
            mine = (mine.exp() - theirs.exp()) * (tau / scale);
        }
        return loss;
    }

    /// (s/K) ‖x̂ − x‖²/S² summed over the samples, of the imitation's states after `layer` layers;
    /// its gradient over `scale` is added to g.
    double state_loss(Index layer, Scalar scale, ConstView x, View g) {
        const Index n = original_.counterpart[static_cast<std::size_t>(layer)];
        if (n < 0) {
            return 0.0;
        }
        const auto factor = static_cast<Scalar>(original_.state_factor);
        g += (Scalar(2) * factor / scale) * (x - state(n));
        return original_.state_factor * static_cast<double>((x - state(n)).squaredNorm());
    }

  private:
    using Buffer = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

    View view(Buffer& buffer, Index n) const {
        return {buffer.data() + n * samples_ * buffer.rows(), buffer.rows(), samples_};
    }
    View state(Index n) { return view(x_, n); }

    const ImitatedNetwork<Scalar>& original_;
    Index samples_ = 0;
    Buffer data_;  ///< D×T, with an input layer.
    Buffer x_;     ///< N×T(L+1).
    Buffer y_;
    Buffer product_;
    Buffer logits_;
};

}  // namespace resdyn

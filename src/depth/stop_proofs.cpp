#include "stop_proofs.hpp"

#include <algorithm>

#include <resdyn/core/error.hpp>

#include "bound_rounding.hpp"

namespace resdyn {

void check_stoppable(const ResidualNetwork& network) {
    validate(network);
    if (!network.has_readout()) {
        reject_argument("certified stop", "a network with a read-out V, c", "none");
    }
}

Leader leader_of(const Eigen::Ref<const Vector>& logits) {
    Leader leader;
    logits.maxCoeff(&leader.first);
    for (Index c = 0; c < logits.size(); ++c) {
        if (c != leader.first && logits[leader.first] - logits[c] < leader.lead) {
            leader.lead = logits[leader.first] - logits[c];
            leader.second = c;
        }
    }
    return leader;
}

bool all_positive(const Eigen::Ref<const Vector>& lead) {
    return (lead.array() > 0.0).all();
}

StopCube::StopCube(const ResidualNetwork& network) {
    const Index C = network.classes();
    const Levels range = levels(network.activation);
    least_.assign(static_cast<std::size_t>(network.depth + 1), Matrix::Zero(C, C));
    for (Index n = network.depth - 1; n >= 0; --n) {
        const ResidualBlock& block = network.block(n);
        const Matrix R = block.A ? Matrix(network.readout.M * *block.A) : network.readout.M;
        Matrix& least = least_[static_cast<std::size_t>(n)];
        for (Index c = 0; c < C; ++c) {
            for (Index k = 0; k < C; ++k) {
                const auto d = (R.row(c) - R.row(k)).array();
                const double one = network.step * (d * range.low).min(d * range.high).sum() -
                                   rounding * network.step * d.abs().sum();
                // The worst prefix: this layer, and what follows where that is a loss.
                least(c, k) = one + std::min(0.0, least_[static_cast<std::size_t>(n + 1)](c, k));
            }
        }
    }
}

bool StopCube::keeps(Index n, const Leader& leader, const Eigen::Ref<const Vector>& logits) const {
    const double slack = rounding * (1.0 + logits.lpNorm<Eigen::Infinity>());
    const Matrix& least = least_[static_cast<std::size_t>(n)];
    for (Index k = 0; k < logits.size(); ++k) {
        if (k != leader.first &&
            !(logits[leader.first] - logits[k] + std::min(0.0, least(leader.first, k)) > slack)) {
            return false;
        }
    }
    return true;
}

StopProofs::StopProofs(const ResidualNetwork& network, bool boxes, int rounds) {
    if (is_bounded(network.activation)) {
        cube.emplace(network);
    }
    if (network.has_shared_weights()) {
        tail.emplace(network);
        if (boxes && is_bounded(network.activation)) {
            box.emplace(network, FutureBoxOptions{.rounds = rounds});
        }
    }
}

}  // namespace resdyn

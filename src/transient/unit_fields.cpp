#include <resdyn/transient/unit_fields.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <resdyn/core/error.hpp>

namespace resdyn {

UnitFields unit_fields(const ResidualNetwork& network, const LayerEvidence* evidence) {
    const ResidualBlock& block = network.blocks.front();
    const Index M = network.hidden_width();
    UnitFields fields;
    fields.receptive = network.input ? Matrix(block.W * network.input->M) : block.W;
    fields.projective = block.A ? *block.A : Matrix(Matrix::Identity(M, M));
    if (network.has_readout()) {
        fields.effect = network.readout.M * fields.projective;
    }
    Vector weight = fields.receptive.rowwise().norm().cwiseProduct(
        fields.projective.colwise().norm().transpose());
    if (evidence != nullptr) {
        if (evidence->by_unit.rows() != M || evidence->by_unit.cols() != network.depth) {
            reject_argument(
                "unit_fields", fmt::format("evidence of {}×{}", M, network.depth),
                fmt::format("{}×{}", evidence->by_unit.rows(), evidence->by_unit.cols()));
        }
        fields.evidence = evidence->by_unit;
        weight = fields.evidence.rowwise().sum().cwiseAbs();
    }
    fields.order.resize(static_cast<std::size_t>(M));
    std::iota(fields.order.begin(), fields.order.end(), Index{0});
    std::stable_sort(fields.order.begin(), fields.order.end(),
                     [&weight](Index a, Index b) { return weight[a] > weight[b]; });
    return fields;
}

ClassResiduals class_residuals(const ResidualNetwork& network, const Matrix& x0,
                               const Eigen::VectorXi& labels, Index classes) {
    if (labels.size() != x0.cols() || classes < 1 ||
        (labels.size() > 0 && (labels.minCoeff() < 0 || labels.maxCoeff() >= classes))) {
        reject_argument("class_residuals",
                        fmt::format("{} labels from 0 to {}", x0.cols(), classes - 1),
                        fmt::format("{} labels", labels.size()));
    }
    const LayerStates states = run_layers(network, x0);
    ClassResiduals result;
    result.samples.assign(static_cast<std::size_t>(classes), 0);
    for (const int label : labels) {
        ++result.samples[static_cast<std::size_t>(label)];
    }
    for (const Matrix& y : states.y) {
        Matrix mean = Matrix::Zero(y.rows(), classes);
        for (Index k = 0; k < y.cols(); ++k) {
            mean.col(labels[k]) += y.col(k);
        }
        for (Index c = 0; c < classes; ++c) {
            mean.col(c) /= static_cast<double>(result.samples[static_cast<std::size_t>(c)]);
        }
        Matrix square = Matrix::Zero(y.rows(), classes);
        for (Index k = 0; k < y.cols(); ++k) {
            square.col(labels[k]) += (y.col(k) - mean.col(labels[k])).cwiseAbs2();
        }
        for (Index c = 0; c < classes; ++c) {
            square.col(c) /= static_cast<double>(result.samples[static_cast<std::size_t>(c)]);
        }
        result.mean.push_back(std::move(mean));
        result.deviation.emplace_back(square.cwiseSqrt());
    }
    return result;
}

}  // namespace resdyn

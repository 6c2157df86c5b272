#include <resdyn/noise/filter.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/noise/linearization.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

/// Inputs of one task that runs the network itself.
constexpr Index columns_per_task = 64;

void validate(const FilterOptions& options) {
    require_at_least("count", options.count, 1);
    require_at_least("gain_inputs", options.gain_inputs, 1);
    if (!std::isfinite(options.impulse) || options.impulse == 0) {
        reject_argument("impulse", "a finite number other than 0",
                        fmt::format("{}", options.impulse));
    }
}

struct Answer {
    Matrix output;  ///< Σ, or x_L of a perceptron.
    Matrix logits;
};

Answer run(const Network& any, const Matrix& inputs) {
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        const LayerStates states = run_layers(*residual, initial_activity(*residual, inputs));
        return {states.x.back() - states.x.front(), residual->readout(states.x.back())};
    }
    const auto& perceptron = std::get<Perceptron>(any);
    const auto y = run_layers(perceptron, initial_activity(perceptron, inputs));
    return {y.back(), perceptron.readout(y.back())};
}

/// Squared gain of every unit and layer at one input.
Matrix squared_gain(const Linearization& at) {
    Matrix P = at.enter(Matrix::Identity(at.input_width(), at.input_width()));
    Matrix gain(at.width(), at.depth() + 1);
    gain.col(0) = P.rowwise().squaredNorm();
    for (Index n = 0; n < at.depth(); ++n) {
        P = at.push(n, P);
        gain.col(n + 1) = P.rowwise().squaredNorm();
    }
    return gain;
}

SingularTriplets leading(const Linearization& at, Output output, Index count) {
    const LinearMap J{at.rows(output), at.input_width(),
                      [&](const Vector& v) -> Vector { return at.apply(output, v); },
                      [&](const Vector& g) -> Vector { return at.apply_transposed(output, g); }};
    return leading_singular_values(J, {.count = std::min({count, J.rows, J.cols})});
}

}  // namespace

FilterReport filter_response(const Network& network, const Eigen::MatrixXf& inputs,
                             const Eigen::VectorXi& labels, const FilterOptions& options,
                             int threads) {
    validate(options);
    const Index B = inputs.cols();
    if (B < 1 || labels.size() != B) {
        reject_argument("inputs", "at least one, a label each",
                        fmt::format("{} and {} labels", B, labels.size()));
    }
    const Index C = std::visit([](const auto& one) { return one.classes(); }, network);
    if (C < 1) {
        reject_argument("filter_response", "a network with a read-out V, c", "none");
    }
    const Index D = inputs.rows();
    FilterReport report;
    report.mean = Vector::Zero(D);
    report.class_means = Matrix::Zero(D, C);
    Vector counts = Vector::Zero(C);
    for (Index j = 0; j < B; ++j) {
        report.mean += inputs.col(j).cast<double>();
        report.class_means.col(labels[j]) += inputs.col(j).cast<double>();
        counts[labels[j]] += 1.0;
    }
    report.mean /= static_cast<double>(B);
    for (Index c = 0; c < C; ++c) {
        report.class_means.col(c) =
            counts[c] > 0 ? Vector(report.class_means.col(c) / counts[c]) : report.mean;
    }
    const Linearization at(network, report.mean);
    const Output output = kind_of(network) == NetworkKind::Residual ? Output::Sum : Output::State;
    report.output = leading(at, output, options.count);
    report.logits = leading(at, Output::Logits, options.count);

    const Answer rest = run(network, report.mean);
    report.impulse_response.resize(D);
    report.impulse_linear.resize(D);
    parallel_for((D + columns_per_task - 1) / columns_per_task, threads, [&](Index task) {
        const Index first = task * columns_per_task;
        const Index count = std::min(columns_per_task, D - first);
        Matrix unit = Matrix::Zero(D, count);
        unit.middleRows(first, count).setIdentity();
        const Matrix moved = (options.impulse * unit).colwise() + report.mean;
        report.impulse_response.segment(first, count) =
            (run(network, moved).output.colwise() - rest.output.col(0)).colwise().norm() /
            std::abs(options.impulse);
        report.impulse_linear.segment(first, count) = at.apply(output, unit).colwise().norm();
    });
    const Answer of_classes = run(network, report.class_means);
    report.class_response = of_classes.output.colwise() - rest.output.col(0);
    report.class_logits = of_classes.logits;

    const std::vector<Index> order = Random(options.seed).permutation(B);
    report.gain_inputs = std::min(options.gain_inputs, B);
    std::vector<Matrix> gains(static_cast<std::size_t>(report.gain_inputs));
    parallel_for(report.gain_inputs, threads, [&](Index k) {
        const auto i = static_cast<std::size_t>(k);
        gains[i] = squared_gain(Linearization(network, inputs.col(order[i]).cast<double>()));
    });
    report.unit_gain = Matrix::Zero(at.width(), at.depth() + 1);
    for (const Matrix& gain : gains) {
        report.unit_gain += gain / static_cast<double>(report.gain_inputs);
    }
    report.unit_gain = report.unit_gain.cwiseSqrt();
    return report;
}

}  // namespace resdyn

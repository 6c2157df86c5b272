#include <resdyn/transient/decision_map.hpp>

#include <fmt/format.h>

#include <functional>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr std::string_view where = "decision map";

void validate(const ResidualNetwork& network, const Matrix& inputs, const Eigen::VectorXi& labels,
              const DecisionMapOptions& o) {
    require(where, network.input_width() == 2, "a network of inputs of width 2",
            fmt::format("{}", network.input_width()));
    require(where, network.has_readout(), "a network with a read-out V, c", "none");
    require(where, inputs.rows() == 2 && inputs.cols() >= 1 && inputs.allFinite(),
            "finite inputs, 2×B with B >= 1", fmt::format("{}×{}", inputs.rows(), inputs.cols()));
    require(where, labels.size() == inputs.cols(), fmt::format("{} labels", inputs.cols()),
            fmt::format("{}", labels.size()));
    require(where, o.points >= 2 && o.points <= 4096, "2 to 4096 points",
            fmt::format("{}", o.points));
    require(where, o.margin >= 0, "margin >= 0", fmt::format("{}", o.margin));
}

/// The class that `classes_of` gives each point of a grid around the columns of `around`.
ClassGrid class_grid(const Matrix& around, const DecisionMapOptions& options,
                     const std::function<Eigen::VectorXi(const Matrix&)>& classes_of) {
    const Vector lower = around.rowwise().minCoeff();
    const Vector upper = around.rowwise().maxCoeff();
    const double extent = (upper - lower).maxCoeff();
    const double room = extent > 0 ? options.margin * extent : 1.0;
    const Index n = options.points;
    ClassGrid grid{Vector::LinSpaced(n, lower[0] - room, upper[0] + room),
                   Vector::LinSpaced(n, lower[1] - room, upper[1] + room), Eigen::MatrixXi(n, n)};
    parallel_for(n, options.threads, [&](Index j) {
        Matrix points(2, n);
        points.row(0) = grid.first.transpose();
        points.row(1).setConstant(grid.second[j]);
        grid.predicted.col(j) = classes_of(points);
    });
    return grid;
}

}  // namespace

Index ClassGrid::boundary_pairs() const {
    const Index rows = predicted.rows();
    const Index columns = predicted.cols();
    Index pairs = 0;
    if (rows > 1) {
        pairs +=
            (predicted.topRows(rows - 1).array() != predicted.bottomRows(rows - 1).array()).count();
    }
    if (columns > 1) {
        pairs +=
            (predicted.leftCols(columns - 1).array() != predicted.rightCols(columns - 1).array())
                .count();
    }
    return pairs;
}

DecisionMap decision_map(const ResidualNetwork& network, const Matrix& inputs,
                         const Eigen::VectorXi& labels, const DecisionMapOptions& options) {
    validate(network, inputs, labels, options);
    const LayerStates layers = run_layers(network, initial_activity(network, inputs));
    DecisionMap map;
    map.samples = inputs;
    map.labels = labels;
    map.answers = predicted_classes(network.readout(layers.x.back()));
    map.inputs = class_grid(inputs, options, [&](const Matrix& d) {
        return predicted_classes(
            network.readout(run_layers(network, initial_activity(network, d)).x.back()));
    });
    const Index n = network.width();
    const Index B = inputs.cols();
    const auto depth = static_cast<Index>(layers.x.size());
    Matrix states(n, B * depth);
    for (Index k = 0; k < depth; ++k) {
        states.middleCols(k * B, B) = layers.x[static_cast<std::size_t>(k)];
    }
    map.projected = n > 2;
    if (map.projected) {
        const Matrix centred = states.colwise() - states.rowwise().mean();
        const SymmetricEigenpairs axes = symmetric_eigenpairs(centred * centred.transpose());
        const Matrix basis = axes.vectors.rightCols(2).rowwise().reverse();
        const double whole = axes.values.cwiseMax(0.0).sum();
        map.variance_share = whole > 0 ? axes.values.tail(2).cwiseMax(0.0).sum() / whole : 1.0;
        states = basis.transpose() * centred;
    } else if (n < 2) {
        states.conservativeResize(2, Eigen::NoChange);
        states.row(1).setZero();
    } else {
        map.read_out = class_grid(states, options, [&](const Matrix& x) {
            return predicted_classes(network.readout(x));
        });
    }
    for (Index s = 0; s < B; ++s) {
        Matrix way(2, depth);
        for (Index k = 0; k < depth; ++k) {
            way.col(k) = states.col(k * B + s);
        }
        map.ways.push_back(std::move(way));
    }
    return map;
}

}  // namespace resdyn

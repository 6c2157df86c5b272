#include "request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/seeds.hpp>

namespace resdyn::explorer {

namespace {

constexpr Index principal_starts = 40;
constexpr Index principal_times = 40;
constexpr double principal_t_end = 20.0;
constexpr std::uint64_t seed = 1;

double number_of(const Json& value, const std::string& name) {
    if (!value.is_number()) {
        reject_argument(name, "a finite number", value.dump());
    }
    return value.get<double>();
}

Activation activation_of(const Json& name) {
    for (const Activation activation : all_activations) {
        if (name == to_string(activation)) {
            return activation;
        }
    }
    reject_argument("activation", "logistic, tanh, softplus or relu", name.dump());
}

Index index_of(const Json& value, const std::string& name) {
    if (!value.is_number_integer()) {
        reject_argument(name, "a unit, counted from 0", value.dump());
    }
    return value.get<Index>();
}

/// y of random starts on their way.
Matrix points_underway(const ResidualSystem& system) {
    const Matrix u0 = random_seeds(system, principal_starts, seed);
    std::vector<double> times;
    for (Index k = 0; k < principal_times; ++k) {
        times.push_back(principal_t_end * static_cast<double>(k) /
                        static_cast<double>(principal_times - 1));
    }
    const PreactivationFlow flow(system);
    const StateSpace space(system, Coordinate::Residual);
    Matrix points(system.dimension(), principal_starts * principal_times);
    Index filled = 0;
    for (Index s = 0; s < principal_starts; ++s) {
        const Trajectory path = integrate(flow, u0.col(s),
                                          {.t_end = principal_t_end,
                                           .rel_tol = 1e-5,
                                           .abs_tol = 1e-7,
                                           .max_steps = 20000,
                                           .sample_times = times});
        for (Index k = 0; k < path.x.cols(); ++k) {
            points.col(filled++) = space.state(path.x.col(k));
        }
    }
    return points.leftCols(filled);
}

Slice slice_of(const Json& request, const StateSpace& space) {
    const ResidualSystem& system = space.system();
    if (request.contains("through")) {
        const Json& words = request["through"];
        if (!words.is_array() || words.size() != 3) {
            reject_argument("through", "three patterns", words.dump());
        }
        std::array<Vector, 3> points;
        std::array<std::string, 3> names;
        const FaceSolver solver(system);
        for (std::size_t k = 0; k < 3; ++k) {
            names[k] = words[k].get<std::string>();
            const FaceDecision decision = solver.decide(pattern_from_string(names[k]));
            const auto* equilibrium = std::get_if<Equilibrium>(&decision);
            if (equilibrium == nullptr) {
                reject_argument("through", "patterns that hold an isolated equilibrium", names[k]);
            }
            points[k] = equilibrium->y;
        }
        return plane_through(space, points, names);
    }
    if (request.value("principal", false)) {
        return principal_slice(space, points_underway(system));
    }
    std::array<Index, 2> units{0, 1};
    if (request.contains("units")) {
        const Json& given = request["units"];
        if (!given.is_array() || given.size() != 2) {
            reject_argument("units", "two units", given.dump());
        }
        units = {index_of(given[0], "units"), index_of(given[1], "units")};
    }
    const Vector held = request.contains("held") ? vector_of(request["held"], "held")
                                                 : Vector(Vector::Zero(space.dimension()));
    return unit_slice(space, units[0], units[1], held);
}

}  // namespace

Matrix matrix_of(const Json& rows, const std::string& name) {
    if (!rows.is_array() || rows.empty()) {
        reject_argument(name, "rows of numbers", rows.dump());
    }
    Matrix matrix;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Vector row = vector_of(rows[i], name);
        if (i == 0) {
            matrix.resize(static_cast<Index>(rows.size()), row.size());
        }
        if (row.size() != matrix.cols()) {
            reject_argument(name, fmt::format("{} numbers in every row", matrix.cols()),
                            fmt::format("{} in row {}", row.size(), i));
        }
        matrix.row(static_cast<Index>(i)) = row.transpose();
    }
    return matrix;
}

Vector vector_of(const Json& numbers, const std::string& name) {
    if (!numbers.is_array()) {
        reject_argument(name, "numbers", numbers.dump());
    }
    Vector vector(static_cast<Index>(numbers.size()));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        vector[static_cast<Index>(i)] = number_of(numbers[i], name);
    }
    return vector;
}

ResidualNetwork network_of(const Json& request) {
    ResidualBlock block;
    if (request.contains("B")) {
        block.W = matrix_of(request["B"], "B");
        block.A = matrix_of(request.at("A"), "A");
    } else {
        block.W = matrix_of(request.at("W"), "W");
        if (block.W.rows() != block.W.cols()) {
            reject_argument("W", "a square matrix",
                            fmt::format("{}×{}", block.W.rows(), block.W.cols()));
        }
    }
    block.b =
        request.contains("b") ? vector_of(request["b"], "b") : Vector(Vector::Zero(block.W.rows()));
    ResidualNetwork network{.activation = activation_of(request.at("activation")),
                            .step = number_of(request.at("step"), "step"),
                            .depth = 1,
                            .blocks = {std::move(block)},
                            .readout = {},
                            .input = std::nullopt};
    validate(network);
    if (request.contains("path")) {
        const NamedPath path = path_of(request, residual_system(network));
        const double alpha = number_of(request["path"].at("alpha"), "alpha");
        if (path.path) {
            network.blocks[0].W = path.path->system_at(alpha).W();
            network.blocks[0].A.reset();
        } else {
            network.step = alpha;
        }
    }
    return network;
}

NamedPath path_of(const Json& request, const ResidualSystem& system) {
    const Json& path = request.at("path");
    const WholeSystem whole = as_stored(system);
    const std::string name = path.at("name");
    if (name == "coupling") {
        return named_coupling_path(whole, index_of(path.at("i"), "path"),
                                   index_of(path.at("j"), "path"));
    }
    return named_path(name, whole);
}

RequestedPlane plane_of(const Json& request, const ResidualSystem& system) {
    const std::string coordinate = request.value("coordinate", "y");
    StateSpace space(system, coordinate == "u" ? Coordinate::Preactivation : Coordinate::Residual);
    Slice slice = slice_of(request, space);
    if (request.contains("window")) {
        const Vector w = vector_of(request["window"], "window");
        if (w.size() != 4) {
            reject_argument("window", "four numbers", fmt::format("{}", w.size()));
        }
        slice = with_window(space, std::move(slice), {Vector{{w[0], w[2]}}, Vector{{w[1], w[3]}}});
    }
    return {std::move(space), std::move(slice)};
}

}  // namespace resdyn::explorer

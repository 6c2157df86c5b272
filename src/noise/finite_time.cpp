#include <resdyn/noise/finite_time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/noise/linearization.hpp>
#include <resdyn/numerics/spectrum.hpp>

#include "core/parallel.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

/// One trajectory.
struct Trace {
    Vector stretch;   ///< L: σ_1 of each layer.
    Vector so_far;    ///< L: σ_1 of the product up to and with it.
    Vector singular;  ///< N: of the whole product.
};

double largest(const LinearMap& map) {
    return leading_singular_values(map, {.count = 1}).values[0];
}

double largest(const Matrix& P) {
    return largest(LinearMap{P.rows(), P.cols(), [&P](const Vector& v) -> Vector { return P * v; },
                             [&P](const Vector& v) -> Vector { return P.transpose() * v; }});
}

Trace trace(const Network& network, const Vector& x0) {
    const Linearization at(network, x0);
    const Index N = at.width();
    const Index L = at.depth();
    Trace result;
    result.stretch.resize(L);
    result.so_far.resize(L);
    Matrix P = Matrix::Identity(N, N);
    for (Index n = 0; n < L; ++n) {
        result.stretch[n] =
            largest(LinearMap{N, N, [&](const Vector& v) -> Vector { return at.push(n, v); },
                              [&](const Vector& v) -> Vector { return at.pull(n, v); }});
        P = at.push(n, P);
        result.so_far[n] = largest(P);
    }
    result.singular = divided_singular_vectors(P, SingularSide::None).values;
    return result;
}

}  // namespace

FiniteTimeExponents finite_time_exponents(const ResidualNetwork& network, const Matrix& x0,
                                          int threads) {
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("finite_time_exponents",
                        fmt::format("at least one state of {}", network.width()),
                        fmt::format("{} of {}", x0.cols(), x0.rows()));
    }
    ResidualNetwork from_x0 = network;
    from_x0.input.reset();
    const Network any = std::move(from_x0);
    std::vector<Trace> traces(static_cast<std::size_t>(x0.cols()));
    parallel_for(x0.cols(), threads,
                 [&](Index j) { traces[static_cast<std::size_t>(j)] = trace(any, x0.col(j)); });
    const auto over_inputs = [&](const auto& value) {
        Vector values(x0.cols());
        for (Index j = 0; j < x0.cols(); ++j) {
            values[j] = value(traces[static_cast<std::size_t>(j)]);
        }
        return mean_with_error(values);
    };
    constexpr double unresolved = std::numeric_limits<double>::quiet_NaN();
    const Index N = network.width();
    FiniteTimeExponents result;
    result.time = network.step * static_cast<double>(network.depth);
    result.inputs = x0.cols();
    result.resolved = N;
    const auto floor_of = [N](const Trace& one) {
        return static_cast<double>(N) * std::numeric_limits<double>::epsilon() * one.singular[0];
    };
    for (Index k = 0; k < N; ++k) {
        const bool resolved = std::all_of(traces.begin(), traces.end(), [&](const Trace& one) {
            return one.singular[k] > floor_of(one);
        });
        result.resolved = resolved ? result.resolved : std::min(result.resolved, k);
        result.exponents.push_back(resolved ? over_inputs([&](const Trace& one) {
            return std::log(one.singular[k]) / result.time;
        })
                                            : MeanWithError{unresolved, unresolved});
    }
    result.expanding = over_inputs(
        [](const Trace& one) { return static_cast<double>((one.singular.array() > 1.0).count()); });
    for (Index n = 0; n < network.depth; ++n) {
        const double t = network.step * static_cast<double>(n + 1);
        LayerGrowth& layer = result.layers.emplace_back();
        layer.layer = n;
        layer.stretch = over_inputs([n](const Trace& one) { return one.stretch[n]; });
        layer.exponent =
            over_inputs([n, t](const Trace& one) { return std::log(one.so_far[n]) / t; });
        layer.bound = over_inputs(
            [n, t](const Trace& one) { return one.stretch.head(n + 1).array().log().sum() / t; });
    }
    return result;
}

}  // namespace resdyn

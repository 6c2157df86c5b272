// The residuals of 784-unit inputs followed to rest: all as one matrix against one trajectory at a
// time with Odeint, at equal tolerances and to the same times.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <resdyn/core/random.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/numerics/ensemble.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/seeds.hpp>

#include "bench/side_by_side.hpp"
#include "model/residual_batch.hpp"

namespace {

using namespace resdyn;

constexpr Index all_inputs = 10'000;
constexpr Index followed = 256;     // of them, by the ensemble
constexpr Index one_at_a_time = 8;  // of those, by Odeint
constexpr double t_end = 200.0;
constexpr double rel_tol = 1e-7;
constexpr double abs_tol = 1e-9;
constexpr double rest_tol = 1e-6;  // |y'|_inf

struct Starts {
    ResidualSystem system;
    Matrix u0;  ///< 784×followed.
    bool is_mnist;
};

/// The network and data that script/bench made ready, or a seeded network of the same size.
Starts starts() {
    const char* model = std::getenv("RESDYN_BENCH_MODEL");
    const char* data = std::getenv("RESDYN_BENCH_DATA");
    if (model != nullptr && data != nullptr) {
        const ResidualNetwork network = load_residual_network(model);
        const LoadedDataset inputs =
            load_dataset(data, {.part = DataPart::Test, .samples = followed});
        return {residual_system(network),
                initial_preactivation(network,
                                      initial_activity(network, inputs.data.inputs.cast<double>())),
                true};
    }
    constexpr Index n = 784;
    Random random(784);
    const Matrix W = random.normal_matrix(n, n, 1.0 / std::sqrt(static_cast<double>(n))) -
                     0.5 * Matrix::Identity(n, n);
    return {ResidualSystem(W, Activation::Logistic), random.normal_matrix(n, followed, 1.0), false};
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("ensemble", argv[1]);
    const Starts work = starts();
    ledger.note(work.is_mnist ? "network: trained on MNIST; starts: its test images"
                              : "network: Gaussian, N = 784, seeded (no MNIST: script/fetch-mnist "
                                "found none); starts: Gaussian");
    const PreactivationBatch batch(work.system);
    const PreactivationFlow flow(work.system);
    const Activation f = work.system.activation();
    const EnsembleMonitor at_rest = [&](const EnsembleView& view, std::span<char> leave) {
        Matrix slope(view.x.rows(), view.x.cols());
        activate_batch(f, view.x, slope);
        for (Index j = 0; j < slope.cols(); ++j) {
            double speed = 0.0;
            for (Index i = 0; i < slope.rows(); ++i) {
                speed = std::max(speed, std::abs(gain(f, slope(i, j)) * view.fx(i, j)));
            }
            leave[static_cast<std::size_t>(j)] = speed <= rest_tol ? 1 : 0;
        }
    };
    EnsembleResult result;
    const auto ensemble = [&](int threads) {
        result = integrate_ensemble(
            batch, work.u0,
            {.t_end = t_end, .rel_tol = rel_tol, .abs_tol = abs_tol, .threads = threads}, at_rest);
    };
    ensemble(1);
    // Each alone to the time at which it came to rest: without looking for rest on the way.
    double largest_difference = 0.0;
    const auto alone = [&] {
        for (Index k = 0; k < one_at_a_time; ++k) {
            const Index j = k * (followed / one_at_a_time);
            const double t = result.t[static_cast<std::size_t>(j)];
            const Trajectory one = integrate(
                flow, work.u0.col(j),
                {.t_end = t, .rel_tol = rel_tol, .abs_tol = abs_tol, .sample_times = {t}});
            const Vector y = activate(f, Vector(one.x.rightCols(1)));
            largest_difference =
                std::max(largest_difference,
                         (y - activate(f, Vector(result.x.col(j)))).lpNorm<Eigen::Infinity>());
        }
    };
    const auto times = bench::race({{"ensemble", [&] { ensemble(1); }}, {"odeint", alone}},
                                   {.rounds = 3, .min_seconds = 0.0});
    const double ensemble_each = times[0].median / static_cast<double>(followed);
    const double alone_each = times[1].median / static_cast<double>(one_at_a_time);
    ledger.at_least(fmt::format("an input against one at a time by Odeint, N = {}, one thread",
                                work.system.dimension()),
                    alone_each / ensemble_each, 3.0);
    ledger.figure("share at rest by t = " + fmt::format("{:g}", t_end),
                  static_cast<double>(std::count(result.outcomes.begin(), result.outcomes.end(),
                                                 Outcome::Stopped)) /
                      static_cast<double>(followed),
                  "");
    Index steps = 0;
    for (const Index s : result.steps) {
        steps += s;
    }
    ledger.figure("steps an input",
                  static_cast<double>(steps) / static_cast<double>(result.steps.size()), "");
    ledger.figure("largest |y_ensemble - y_alone| at the end", largest_difference, "");
    ledger.figure(fmt::format("{} inputs by the ensemble, extrapolated from {}, one thread",
                              all_inputs, followed),
                  ensemble_each * static_cast<double>(all_inputs), "s");
    ledger.figure(fmt::format("{} inputs one at a time, extrapolated from {}, one thread",
                              all_inputs, one_at_a_time),
                  alone_each * static_cast<double>(all_inputs), "s");
    return 0;
}

// Depth: certificates held against a million continuations, what stopping early saves, and cutting
// the last layers against dropping others.
#include <Eigen/Dense>
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>

#include <resdyn/core/random.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/depth/certified_stop.hpp>
#include <resdyn/depth/depth_profile.hpp>
#include <resdyn/depth/early_stop.hpp>
#include <resdyn/depth/shortening.hpp>
#include <resdyn/learning/trainer.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;

ResidualNetwork random_network(std::uint64_t seed) {
    Random random(seed);
    const auto N = static_cast<Index>(1 + random.below(8));
    ResidualNetwork network;
    network.activation = random.below(2) == 0 ? Activation::Logistic : Activation::Tanh;
    network.step = random.uniform(0.02, 1.5);
    network.depth = static_cast<Index>(3 + random.below(20));
    const double gain = random.uniform(0.05, 3.0) / std::sqrt(static_cast<double>(N));
    network.blocks = {{random.normal_matrix(N, N, gain), random.uniform_vector(N, -1, 1), {}}};
    network.readout = {random.normal_matrix(3, N, 1.0), random.uniform_vector(3, -1, 1)};
    return network;
}

/// Certificates against the network itself until a million of them have been checked.
void check_certificates(bench::Ledger& ledger) {
    constexpr Index wanted = 1000000;
    Index checked = 0;
    Index wrong = 0;
    double worst = 0.0;
    std::uint64_t seed = 1;
    for (; checked < wanted; ++seed) {
        const ResidualNetwork network = random_network(seed);
        const Matrix inputs = Random(seed, 1).normal_matrix(network.width(), 64, 1.5);
        const CertificateReport report = certify(network, inputs);
        checked += report.checked;
        wrong += report.wrong;
        worst = std::max(worst, report.worst_tail_share);
    }
    ledger.figure("certified stop: random networks", static_cast<double>(seed - 1), "networks");
    ledger.at_least("certified stop: certificates checked", static_cast<double>(checked), 1e6, "");
    ledger.at_most("certified stop: wrong certificates", static_cast<double>(wrong), 0.0, "");
    ledger.at_most("analytic tail: largest error over its bound", worst, 1.0, "");
}

TrainResult trained(const char* name, bool shared, Index depth, double step, Index units = 64) {
    const Dataset data = builtin_dataset(name, 2000, 1);
    return train({.step = step,
                  .depth = depth,
                  .width = units,
                  .shared_weights = shared,
                  .input_width = 2,
                  .classes = 2},
                 {data}, {.epochs = 60, .rate = {.rate = 0.01}});
}

/// The same engine with its proofs and without, both made ready and in double.
void race_early_stop(bench::Ledger& ledger, const std::string& what, const ResidualNetwork& network,
                     const Matrix& inputs) {
    const StoppingNetwork stopping(network, inputs);
    const StoppingNetwork whole(network, inputs, {.proofs = false});
    const auto times = bench::race({{"early stop", [&] { stopping.run(inputs); }},
                                    {"all layers", [&] { whole.run(inputs); }},
                                    {"made ready", [&] { StoppingNetwork(network, inputs); }}});
    const EarlyStop stop = stopping.run(inputs);
    const EarlyStop all = whole.run(inputs);
    const double share =
        static_cast<double>(stop.layer_runs) / static_cast<double>(network.depth * inputs.cols());
    const std::string name = "early stop, " + what + ": ";
    ledger.figure(name + "layers at which the proofs are tried",
                  static_cast<double>(stop.tried_after.size()), "");
    ledger.figure(name + "share of the layers run", share, "");
    ledger.figure(name + "time over all layers'", times[0].median / times[1].median, "x");
    ledger.figure(name + "made ready, in runs of " + std::to_string(inputs.cols()) + " inputs",
                  times[2].median / times[1].median, "x");
    ledger.at_most(name + "classes that differ",
                   static_cast<double>((stop.classes.array() != all.classes.array()).count()), 0.0,
                   "");
}

void time_early_stop(bench::Ledger& ledger) {
    const Matrix inputs = builtin_dataset("rings", 8000, 2).inputs.cast<double>();
    for (const Index units : {16, 64, 128, 256, 512}) {
        const auto network =
            std::get<ResidualNetwork>(trained("rings", true, 15, 0.5, units).network);
        race_early_stop(ledger, "rings, L = 15, " + std::to_string(units) + " units", network,
                        inputs);
    }
    const auto network = std::get<ResidualNetwork>(trained("rings", true, 15, 0.5, 64).network);
    // Residuals that are a stable vertex's when half of the layers have run.
    ResidualNetwork settled = network;
    settled.depth = 60;
    race_early_stop(ledger, "rings, 64 units, L = 60", settled, inputs);

    const Network whole = network;
    const Network cut = truncated(whole, 8);
    const Dataset test = builtin_dataset("rings", 8000, 2);
    const auto passes =
        bench::race({{"15 layers", [&] { decisions(whole, test.inputs, test.labels); }},
                     {"8 layers", [&] { decisions(cut, test.inputs, test.labels); }}});
    ledger.figure("inference: time at depth 8 over depth 15 (8/15 = 0.533)",
                  passes[1].median / passes[0].median, "x");
}

/// A model file with MNIST-like data, if the environment names them.
void time_early_stop_on_images(bench::Ledger& ledger) {
    const char* model = std::getenv("RESDYN_BENCH_MODEL");
    const char* data = std::getenv("RESDYN_BENCH_DATA");
    if (model == nullptr || data == nullptr) {
        ledger.note("early stop on MNIST: not measured, no data (script/bench fetches them)");
        return;
    }
    const auto network = std::get<ResidualNetwork>(load_model(model).network);
    const std::optional<LoadedDataset> test = load_matching_test_set(data, {});
    const Matrix inputs = test.value().data.draw(2000, 1).inputs.cast<double>();
    race_early_stop(ledger, "MNIST, 784 units, L = " + std::to_string(network.depth), network,
                    inputs);
}

double accuracy_of(const Network& network, const Dataset& data) {
    return decisions(network, data.inputs, data.labels).accuracy.back().value;
}

/// Layers of an own-weights network dropped by three rules.
void against_baselines(bench::Ledger& ledger) {
    constexpr Index depth = 10;
    const Network network = trained("spirals", false, depth, 0.5).network;
    const Dataset test = builtin_dataset("spirals", 4000, 2);
    const DepthProfile profile = depth_profile(network, test.inputs, test.labels);
    ledger.figure("own weights, L = 10, spirals: accuracy", accuracy_of(network, test), "");
    for (const Index dropped : {1, 2, 4}) {
        const auto kept = static_cast<std::size_t>(depth - dropped);
        std::vector<Index> order(depth);
        std::iota(order.begin(), order.end(), Index{0});
        // The largest contributions stay, in their places.
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
            return profile.layers[static_cast<std::size_t>(a + 1)].contribution >
                   profile.layers[static_cast<std::size_t>(b + 1)].contribution;
        });
        std::vector<Index> largest(order.begin(),
                                   order.begin() + static_cast<std::ptrdiff_t>(kept));
        std::sort(largest.begin(), largest.end());
        double random_mean = 0.0;
        constexpr int draws = 10;
        for (int draw = 0; draw < draws; ++draw) {
            std::vector<Index> some =
                Random(7, static_cast<std::uint64_t>(draw)).permutation(depth);
            some.resize(kept);
            std::sort(some.begin(), some.end());
            random_mean += accuracy_of(with_layers(network, some), test) / draws;
        }
        const std::string what = "accuracy with " + std::to_string(dropped) + " layers dropped: ";
        ledger.figure(what + "the last", accuracy_of(truncated(network, depth - dropped), test),
                      "");
        ledger.figure(what + "smallest contribution",
                      accuracy_of(with_layers(network, largest), test), "");
        ledger.figure(what + "random, mean of 10", random_mean, "");
    }
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("depth", argv[1]);
    check_certificates(ledger);
    time_early_stop(ledger);
    time_early_stop_on_images(ledger);
    against_baselines(ledger);
}

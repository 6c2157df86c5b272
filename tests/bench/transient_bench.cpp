// Forward passes of `transient` and `perturb` against the matrix products that they need.
#include <Eigen/Dense>

#include <resdyn/core/random.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/noise/robustness.hpp>
#include <resdyn/transient/decision.hpp>

#include "bench/side_by_side.hpp"
#include "core/parallel.hpp"

namespace {

using namespace resdyn;

constexpr Index tile = 128;

/// The products of a forward pass and nothing else: N×N by N×128 for every layer and tile, and the
/// read-outs of the layers that are read.
struct Products {
    Products(Index width, Index layers, Index samples, Index classes, Index passes, Index reads)
        : depth(layers),
          tiles((samples + tile - 1) / tile * passes),
          read(reads),
          W(Eigen::MatrixXf::Random(width, width)),
          V(Eigen::MatrixXf::Random(classes, width)),
          X(Eigen::MatrixXf::Random(width, tile)) {}
    void run() {
        parallel_for(tiles, 0, [this](Index) {
            Eigen::MatrixXf Y(X.rows(), tile);
            Eigen::MatrixXf Z(V.rows(), tile);
            for (Index n = 0; n < depth; ++n) {
                Y.noalias() = W * X;
            }
            for (Index n = 0; n < read; ++n) {
                Z.noalias() = V * X;
            }
        });
    }

    Index depth;
    Index tiles;
    Index read;
    Eigen::MatrixXf W, V, X;
};

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("transient", argv[1]);
    constexpr Index width = 784;
    constexpr Index depth = 10;
    constexpr Index classes = 10;
    constexpr Index samples = 2560;
    Network network = initial_network({.depth = depth, .width = width, .classes = classes}, 1);
    auto& residual = std::get<ResidualNetwork>(network);
    residual.readout.M = Random(2).normal_matrix(classes, width, 0.05);
    const Eigen::MatrixXf inputs = Random(3).normal_matrix(width, samples, 0.3).cast<float>();
    Eigen::VectorXi labels(samples);
    for (Index j = 0; j < samples; ++j) {
        labels[j] = static_cast<int>(j % classes);
    }
    {
        Products products(width, depth, samples, classes, 1, 3 * depth + 1);
        const auto times = bench::race(
            {{"forward pass and decisions", [&] { decisions(network, inputs, labels); }},
             {"products", [&] { products.run(); }}});
        ledger.at_most("transient: forward pass, read-outs and evidence, time over their GEMM",
                       times[0].median / times[1].median, 1.5, "x");
        ledger.figure("transient: 10,000 samples, forward pass and decisions",
                      times[0].median * 10000.0 / static_cast<double>(samples), "s");
    }
    {
        RobustnessOptions options;
        options.levels.resize(5);
        options.draws = 1;
        const auto passes = static_cast<Index>(options.levels.size());
        Products products(width, depth, samples, classes, passes, 1);
        const auto times =
            bench::race({{"noise", [&] { robustness(network, inputs, labels, options); }},
                         {"products", [&] { products.run(); }}});
        ledger.at_most("perturb: Gaussian noise and forward passes, time over their GEMM",
                       times[0].median / times[1].median, 1.5, "x");
        ledger.figure("perturb: 10,000 samples, 10 levels, 10 draws",
                      times[0].median * 100.0 / static_cast<double>(passes) * 10000.0 /
                          static_cast<double>(samples),
                      "s");
    }
}

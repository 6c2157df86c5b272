// The trainer against the machine's own matrix product for the same shapes.
#include <Eigen/Dense>

#include <numeric>

#include <resdyn/core/parallel.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/learning/optimizer.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;

Dataset random_data(Index width, Index samples, Index classes) {
    Random random(1, 1);
    Dataset data;
    data.name = "random";
    data.classes = classes;
    data.inputs = random.normal_matrix(width, samples, 0.5).cast<float>();
    data.labels.resize(samples);
    for (Index i = 0; i < samples; ++i) {
        data.labels[i] = static_cast<int>(i % classes);
    }
    return data;
}

/// One training step: loss, gradient, Adam.
struct Step {
    Step(Index width, Index depth, Index batch)
        : shape{.depth = depth, .width = width, .classes = 10},
          data(random_data(width, batch, shape.classes)),
          order(static_cast<std::size_t>(batch)),
          parameters(flatten(initial_network(shape, 1)).cast<float>()),
          gradient(shape, batch),
          adam(parameters.size()) {
        std::iota(order.begin(), order.end(), Index{0});
    }
    void run() {
        gradient.run(parameters, data, order);
        adam.step(parameters, gradient.gradient(), 1e-4);
    }

    NetworkShape shape;
    Dataset data;
    std::vector<Index> order;
    Eigen::VectorXf parameters;
    BackPropagation<float> gradient;
    Optimizer<float> adam;
};

/// The products of one step and nothing else: 3 a layer, N×N by N×B and back, half of the batch a
/// thread.
struct Products {
    Products(Index width, Index layers, Index batch)
        : depth(layers),
          W(Eigen::MatrixXf::Random(width, width)),
          X(2, Eigen::MatrixXf::Random(width, batch / 2)),
          Y(2, Eigen::MatrixXf::Zero(width, batch / 2)),
          D(2, Eigen::MatrixXf::Zero(width, width)) {}
    void run() {
        parallel_for(2, 2, [this](Index i) {
            const auto half = static_cast<std::size_t>(i);
            for (Index n = 0; n < depth; ++n) {
                Y[half].noalias() = W * X[half];
                Y[half].noalias() += W.transpose() * X[half];
                D[half].noalias() += Y[half] * X[half].transpose();
            }
        });
    }

    Index depth;
    Eigen::MatrixXf W;
    std::vector<Eigen::MatrixXf> X, Y, D;
};

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("trainer", argv[1]);
    constexpr Index batch = 128;
    struct Case {
        Index width;
        Index depth;
        double target;
    };
    for (const Case& c : {Case{784, 10, 0.6}, Case{64, 20, 0.0}, Case{2, 20, 0.0}}) {
        Step step(c.width, c.depth, batch);
        Products products(c.width, c.depth, batch);
        const auto times = bench::race({{"step", [&] { step.run(); }},
                                        {"products", [&] { products.run(); }}});
        const std::string what = "training step, N = " + std::to_string(c.width) +
                                 ", L = " + std::to_string(c.depth) + ": rate of the machine's GEMM";
        const double ratio = times[1].median / times[0].median;
        if (c.target > 0) {
            ledger.at_least(what, ratio, c.target, "of GEMM");
        } else {
            ledger.figure(what, ratio, "of GEMM");
        }
    }
}

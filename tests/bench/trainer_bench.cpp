// The trainer against the machine's own matrix product for the same shapes, and against PyTorch
// where that is installed; two threads each.
#include <Eigen/Dense>

#include <fmt/format.h>

#include <memory>
#include <numeric>

#include <resdyn/core/random.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/learning/optimizer.hpp>

#include "bench/rival.hpp"
#include "bench/side_by_side.hpp"
#include "core/parallel.hpp"

namespace {

using namespace resdyn;

constexpr int threads = 2;

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
          gradient(shape, batch, threads),
          adam(parameters.size(), {}, threads) {
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
        parallel_for(2, threads, [this](Index i) {
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

/// PyTorch behind its driver, or null where no Python has it. The interpreter of the system comes
/// second: Debian's package belongs to that one.
std::unique_ptr<bench::Rival> find_torch(const std::string& driver) {
    for (const char* python : {"python3", "/usr/bin/python3"}) {
        auto torch = std::make_unique<bench::Rival>(
            std::vector<std::string>{python, driver, std::to_string(threads)});
        if (torch->is_ready()) {
            return torch;
        }
    }
    return nullptr;
}

struct Case {
    Index width;
    Index depth;
    double of_gemm;     ///< target; 0: none.
    double over_torch;  ///< target.
    Index steps;        ///< a run, so that a message to the driver weighs nothing.
};

void measure(const Case& c, bench::Rival* torch, bench::Ledger& ledger) {
    constexpr Index batch = 128;
    Step step(c.width, c.depth, batch);
    Products products(c.width, c.depth, batch);
    const auto times_steps = [&c](auto run) {
        return [run, steps = c.steps] {
            for (Index i = 0; i < steps; ++i) {
                run();
            }
        };
    };
    std::vector<bench::Contestant> contestants = {
        {"step", times_steps([&step] { step.run(); })},
        {"products", times_steps([&products] { products.run(); })}};
    if (torch != nullptr) {
        const std::string line =
            fmt::format("{} {} {} {} {}", c.width, c.depth, batch, step.shape.classes, c.steps);
        contestants.push_back({"torch", [torch, line] { torch->ask(line); }});
    }
    const std::vector<bench::Timing> times = bench::race(contestants);
    const std::string what =
        fmt::format("training step, N = {}, L = {}, B = {}", c.width, c.depth, batch);
    const double of_gemm = times[1].median / times[0].median;
    if (c.of_gemm > 0) {
        ledger.at_least(what + ": rate of the machine's GEMM", of_gemm, c.of_gemm, "of GEMM");
    } else {
        ledger.figure(what + ": rate of the machine's GEMM", of_gemm, "of GEMM");
    }
    if (torch != nullptr) {
        ledger.at_least(what + ": over PyTorch", times[2].median / times[0].median, c.over_torch);
    }
    ledger.figure(what, 1e6 * times[0].median / static_cast<double>(c.steps), "us");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "bench_trainer: expected FOLDER and the folder of torch_trainer.py\n");
        return 2;
    }
    const std::unique_ptr<bench::Rival> torch =
        find_torch(std::string(argv[2]) + "/torch_trainer.py");
    bench::Ledger ledger("trainer", argv[1]);
    if (torch) {
        ledger.note("PyTorch " + torch->greeting().substr(torch->greeting().find(' ') + 1));
    } else {
        ledger.note("PyTorch is not installed (python3-torch): its column is left out");
    }
    for (const Case& c :
         {Case{784, 10, 0.6, 4.0, 1}, Case{64, 20, 0.0, 10.0, 20}, Case{2, 20, 0.0, 10.0, 100}}) {
        measure(c, torch.get(), ledger);
    }
}

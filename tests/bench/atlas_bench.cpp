// The complete atlas: growth per unit, and its rate against solving every pattern with Eigen and
// against Newton from random starts.
#include <fmt/format.h>
#include <Eigen/Dense>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;

constexpr int bench_threads = 2;

Matrix weights(Index n, double self) {
    Random random(static_cast<std::uint64_t>(n));
    return random.normal_matrix(n, n, 1.0) + self * Matrix::Identity(n, n);
}

Atlas atlas_of(const Matrix& W, int threads, Activation activation = Activation::Tanh) {
    return equilibrium_atlas(ResidualSystem(W, activation),
                             {.listing = Listing::Stable, .origin = true, .threads = threads});
}

/// The study's own activation against tanh, by the library call and through the program.
void compare_activations(bench::Ledger& ledger, Index& sink) {
    const char* program = std::getenv("RESDYN_BENCH_PROGRAM");
    for (const double self : {0.0, -1.5}) {
        for (const Index n : {8, 12, 16, 20}) {
            const Matrix W = weights(n, self);
            const auto file = std::filesystem::temp_directory_path() / "resdyn-atlas-bench.csv";
            std::ofstream text(file);
            text << W.format(Eigen::IOFormat(Eigen::FullPrecision, Eigen::DontAlignCols, ","));
            text.close();
            const auto verb = [&](const char* activation) {
                return fmt::format(
                    "{} equilibria --weights {} --activation {} --method atlas --list stable "
                    "--threads {} --json > /dev/null",
                    program, file.string(), activation, bench_threads);
            };
            const auto run = [&](const std::string& command) {
                if (std::system(command.c_str()) != 0) {
                    throw std::runtime_error("atlas bench: expected to run, got a failure: " +
                                             command);
                }
            };
            std::vector<bench::Contestant> contestants = {
                {"tanh", [&] { sink += atlas_of(W, bench_threads).counts.total; }},
                {"logistic",
                 [&] { sink += atlas_of(W, bench_threads, Activation::Logistic).counts.total; }}};
            if (program != nullptr) {
                contestants.push_back({"verb, tanh", [&] { run(verb("tanh")); }});
                contestants.push_back({"verb, logistic", [&] { run(verb("logistic")); }});
            }
            const auto times = bench::race(contestants, {.rounds = n < 20 ? 5 : 1});
            const std::string what =
                fmt::format("logistic against tanh, self-coupling {:g}, N = {}", self, n);
            ledger.at_most(what + ", library", times[1].median / times[0].median, 1.5, "x");
            if (program != nullptr) {
                ledger.at_most(what + ", program", times[3].median / times[2].median, 1.5, "x");
                ledger.figure(fmt::format("the program against the library call, logistic, N = {}, "
                                          "self-coupling {:g}",
                                          n, self),
                              times[3].median / times[1].median, "x");
            }
            std::filesystem::remove(file);
        }
    }
    if (program == nullptr) {
        ledger.note("the program was not measured: RESDYN_BENCH_PROGRAM is not set");
    }
}

double seconds_of(const Matrix& W, Activation activation) {
    const auto start = std::chrono::steady_clock::now();
    atlas_of(W, bench_threads, activation);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Patterns one by one, from a random sample of all: factorise, solve, test, eigenvalues of what is
/// inside. Nothing proved.
Index solve_patterns(const Matrix& W, Index count) {
    const Index n = W.rows();
    Random random(5);
    const auto patterns = static_cast<std::uint64_t>(std::llround(std::pow(3.0, n)));
    Index unstable = 0;
    for (Index k = 0; k < count; ++k) {
        const auto number = static_cast<Index>(random.below(patterns));
        std::vector<Index> free;
        Vector y = Vector::Zero(n);
        for (Index i = 0, rest = number; i < n; ++i, rest /= 3) {
            if (rest % 3 == 2) {
                free.push_back(i);
            } else {
                y[i] = rest % 3 == 0 ? -1.0 : 1.0;
            }
        }
        if (!free.empty()) {
            const Matrix block = W(free, free);
            const Vector z = block.partialPivLu().solve(-Vector((W * y)(free)));
            if (z.cwiseAbs().maxCoeff() >= 1.0) {
                continue;
            }
            y(free) = z;
            const Matrix J = (1.0 - z.array().square()).matrix().asDiagonal() * block;
            unstable +=
                (Eigen::EigenSolver<Matrix>(J, false).eigenvalues().real().array() > 0).count();
        }
        unstable += ((W * y).array() * y.array() < 0.0).count();
    }
    return unstable;
}

/// Damped Newton on y' = (1 − y²) ∘ (Wy) from starts uniform in the cube: distinct patterns found.
Index newton_patterns(const Matrix& W, Index starts) {
    const ResidualSystem system(W, Activation::Tanh);
    constexpr int max_iterations = 60;
    constexpr double residual_tol = 1e-12;
    constexpr double level_tol = 1e-7;
    std::unordered_set<std::string> found;
    for (Index k = 0; k < starts; ++k) {
        Random random(1, static_cast<std::uint64_t>(k));
        Vector y = random.uniform_vector(W.rows(), -1.0, 1.0);
        Vector f = system.residual_velocity(y);
        for (int i = 0; i < max_iterations && f.norm() > residual_tol; ++i) {
            const Vector step = system.residual_jacobian(y).partialPivLu().solve(f);
            double damping = 1.0;
            Vector next = y - step;
            while (damping > 1e-4 && !(system.residual_velocity(next).norm() < f.norm())) {
                damping *= 0.5;
                next = y - damping * step;
            }
            y = next;
            f = system.residual_velocity(y);
        }
        if (f.norm() <= residual_tol && y.cwiseAbs().maxCoeff() <= 1.0 + level_tol) {
            found.insert(to_string(pattern_of(y, Activation::Tanh, level_tol)));
        }
    }
    return static_cast<Index>(found.size());
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("atlas", argv[1]);
    struct Target {
        Index n;
        double seconds;
    };
    const auto growth = [&](Activation activation, double self) {
        const std::string what =
            fmt::format("{}, Gaussian W, self-coupling {:g}", to_string(activation), self);
        double before = 0.0;
        Index last = 0;
        for (const Target& t :
             {Target{12, 0.1}, Target{16, 2.0}, Target{20, 5.0}, Target{24, 130.0}}) {
            const double taken = seconds_of(weights(t.n, self), activation);
            ledger.at_most(
                fmt::format("{}: complete atlas, N = {}, {} threads", what, t.n, bench_threads),
                taken, t.seconds, "s");
            if (before > 0.0) {
                ledger.figure(fmt::format("{}: growth a unit, N = {} to {}", what, last, t.n),
                              std::pow(taken / before, 1.0 / static_cast<double>(t.n - last)), "x");
            }
            before = taken;
            last = t.n;
        }
    };
    for (const Activation activation : {Activation::Tanh, Activation::Logistic}) {
        for (const double self : {0.0, -1.5}) {
            growth(activation, self);
        }
    }
    Index sink = 0;
    compare_activations(ledger, sink);
    ledger.at_most("peak memory", bench::peak_memory_mib(), 1024, "MiB");

    // The naive rate is that of a sample: all of N = 18 one by one would take minutes.
    for (const Index n : {10, 14, 18}) {
        const Matrix W = weights(n, 0.0);
        constexpr Index sample = 20'000;
        const auto times = bench::race({{"atlas", [&] { sink += atlas_of(W, 1).counts.total; }},
                                        {"eigen", [&] { sink += solve_patterns(W, sample); }}},
                                       {.rounds = 3});
        const double ratio =
            times[1].median / static_cast<double>(sample) * std::pow(3.0, n) / times[0].median;
        const std::string what =
            fmt::format("patterns a second against one by one with Eigen, N = {}, one thread", n);
        if (n == 18) {
            ledger.at_least(what, ratio, 100);
        } else {
            ledger.figure(what, ratio, "x");
        }
    }

    constexpr Index compared = 10;
    const Matrix W = weights(compared, 0.0);
    constexpr Index starts = 100'000;
    const double atlas_seconds =
        bench::race({{"atlas", [&] { sink += atlas_of(W, 1).counts.total; }}}).front().median;
    const Atlas whole = atlas_of(W, 1);
    const auto start = std::chrono::steady_clock::now();
    const Index found = newton_patterns(W, starts);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    ledger.figure(
        fmt::format("share of the atlas that {} Newton starts miss, N = {}", starts, compared),
        1.0 - static_cast<double>(found) / static_cast<double>(whole.counts.total), "");
    ledger.figure(fmt::format("time of these starts against the atlas, N = {}", compared),
                  taken.count() / atlas_seconds, "x");
    return sink > 0 ? 0 : 1;
}

// What a call from Python costs beyond the same call in C++: python_calls.py makes the same calls,
// in turns with these, and says the seconds of each.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <resdyn/studies/equilibria.hpp>
#include <resdyn/studies/trajectories.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;

const Matrix W{{1.0, -2.0}, {-2.0, 1.0}};

ResidualNetwork network() {
    return {.activation = Activation::Logistic,
            .step = 1.0,
            .depth = 1,
            .blocks = {{W, Vector::Zero(2), std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

/// Seconds a call, by name.
std::map<std::string, double> in_python(const std::string& command) {
    std::map<std::string, double> seconds;
    std::FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 256> line{};
    while (pipe != nullptr && std::fgets(line.data(), static_cast<int>(line.size()), pipe)) {
        std::array<char, 64> name{};
        double value = 0.0;
        if (std::sscanf(line.data(), "%63s %lf", name.data(), &value) == 2) {
            seconds[name.data()] = value;
        }
    }
    if (pipe == nullptr || pclose(pipe) != 0 || seconds.empty()) {
        throw std::runtime_error("python bench: expected seconds, got a failure: " + command);
    }
    return seconds;
}

/// Seconds of a call, as python_calls.py takes them: the median of many, after some to warm up.
template <typename Call>
double in_cpp(const Call& call) {
    using Clock = std::chrono::steady_clock;
    for (int k = 0; k < 20; ++k) {
        call();
    }
    std::vector<double> seconds;
    const Clock::time_point end = Clock::now() + std::chrono::milliseconds(200);
    for (Clock::time_point begin = Clock::now(); begin < end; begin = Clock::now()) {
        call();
        seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("python", argv[1]);
    const char* python = std::getenv("RESDYN_BENCH_PYTHON");
    if (python == nullptr) {
        ledger.note("no Python module was built (RESDYN_BENCH_PYTHON is not set)");
        return 0;
    }
    const ResidualNetwork net = network();
    const Matrix start{{0.3}, {0.2}};
    const std::string command = fmt::format("{} {}/python_calls.py", python, argv[2]);
    constexpr int rounds = 5;
    std::map<std::string, std::vector<double>> beyond;
    for (int round = 0; round < rounds; ++round) {
        const auto theirs = in_python(command);
        beyond["trajectory"].push_back(
            theirs.at("trajectory") -
            in_cpp([&] { study_trajectories(net, start, {.t_end = 20.0, .layers = 20}, 1); }));
        beyond["equilibria"].push_back(
            theirs.at("equilibria") - in_cpp([&] {
                study_equilibria(net, {.method = EquilibriaMethod::Atlas, .threads = 1});
            }));
    }
    for (auto& [name, seconds] : beyond) {
        std::sort(seconds.begin(), seconds.end());
        ledger.at_most(fmt::format("python: resdyn.{} of N = 2 beyond C++, a call", name),
                       1e6 * seconds[rounds / 2], 50.0, "us");
    }
}

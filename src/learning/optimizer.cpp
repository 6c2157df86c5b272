#include <resdyn/learning/optimizer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/training_options.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

/// Parameters updated by one task; their four arrays in float fit the L2 cache many times.
constexpr Index update_length = 16384;

}  // namespace

std::string_view to_string(OptimizerMethod method) {
    return method == OptimizerMethod::Adam ? "adam" : "sgd";
}

template <class Scalar>
Optimizer<Scalar>::Optimizer(Index size, const OptimizerOptions& options, int threads)
    : options_(options), threads_(threads) {
    require_ranges({.optimizer = options});
    memory_.mean = Parameters::Zero(size);
    memory_.squares = Parameters::Zero(options.method == OptimizerMethod::Adam ? size : 0);
}

template <class Scalar>
void Optimizer<Scalar>::restore(OptimizerMemory<Scalar> memory) {
    if (memory.mean.size() != memory_.mean.size() ||
        memory.squares.size() != memory_.squares.size()) {
        reject_argument(
            "optimizer memory",
            fmt::format("{} and {} numbers", memory_.mean.size(), memory_.squares.size()),
            fmt::format("{} and {}", memory.mean.size(), memory.squares.size()));
    }
    memory_ = std::move(memory);
}

template <class Scalar>
void Optimizer<Scalar>::step(Parameters& p, const Parameters& g, double rate, double scale) {
    ++memory_.steps;
    const auto t = static_cast<double>(memory_.steps);
    const bool adam = options_.method == OptimizerMethod::Adam;
    const auto factor = static_cast<Scalar>(scale);
    const auto beta1 = static_cast<Scalar>(options_.beta1);
    const auto beta2 = static_cast<Scalar>(options_.beta2);
    const auto epsilon = static_cast<Scalar>(options_.epsilon);
    const auto momentum = static_cast<Scalar>(options_.momentum);
    const auto rate_m =
        static_cast<Scalar>(adam ? rate / (1.0 - std::pow(options_.beta1, t)) : rate);
    const auto scale_v = static_cast<Scalar>(1.0 / (1.0 - std::pow(options_.beta2, t)));
    parallel_for((p.size() + update_length - 1) / update_length, threads_, [&](Index chunk) {
        const Index begin = chunk * update_length;
        const Index length = std::min(update_length, p.size() - begin);
        const auto gradient = factor * g.segment(begin, length).array();
        auto m = memory_.mean.segment(begin, length).array();
        if (adam) {
            auto v = memory_.squares.segment(begin, length).array();
            m = beta1 * m + (Scalar(1) - beta1) * gradient;
            v = beta2 * v + (Scalar(1) - beta2) * gradient.square();
            p.segment(begin, length).array() -= rate_m * m / ((scale_v * v).sqrt() + epsilon);
        } else {
            m = momentum * m + gradient;
            p.segment(begin, length).array() -= rate_m * m;
        }
    });
}

template class Optimizer<float>;
template class Optimizer<double>;

std::string_view to_string(RateSchedule schedule) {
    switch (schedule) {
        case RateSchedule::Constant:
            return "constant";
        case RateSchedule::Step:
            return "step";
        case RateSchedule::Cosine:
            return "cosine";
    }
    return "?";
}

void validate(const RateOptions& options) {
    require_ranges({.rate = options});
}

double rate_at(const RateOptions& options, double epoch, Index epochs) {
    switch (options.schedule) {
        case RateSchedule::Constant:
            break;
        case RateSchedule::Step:
            return options.rate *
                   std::pow(options.step_factor,
                            std::floor(epoch / static_cast<double>(options.step_epochs)));
        case RateSchedule::Cosine:
            return 0.5 * options.rate *
                   (1.0 + std::cos(std::numbers::pi * epoch / static_cast<double>(epochs)));
    }
    return options.rate;
}

}  // namespace resdyn

#include <resdyn/learning/optimizer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

/// Parameters updated by one task; their four arrays in float fit the L2 cache many times.
constexpr Index chunk_length = 16384;

void need_memory(const char* field, double beta) {
    if (!(beta >= 0.0 && beta < 1.0)) {
        reject_argument(field, "a number in [0, 1)", fmt::format("{}", beta));
    }
}

}  // namespace

template <class Scalar>
Adam<Scalar>::Adam(Index size, const AdamOptions& options, int threads)
    : options_(options),
      threads_(threads),
      mean_(Parameters::Zero(size)),
      square_(Parameters::Zero(size)) {
    need_memory("beta1", options.beta1);
    need_memory("beta2", options.beta2);
    if (!(options.epsilon > 0.0)) {
        reject_argument("epsilon", "a number > 0", fmt::format("{}", options.epsilon));
    }
}

template <class Scalar>
void Adam<Scalar>::step(Parameters& p, const Parameters& g, double rate) {
    ++steps_;
    const auto t = static_cast<double>(steps_);
    const auto beta1 = static_cast<Scalar>(options_.beta1);
    const auto beta2 = static_cast<Scalar>(options_.beta2);
    const auto epsilon = static_cast<Scalar>(options_.epsilon);
    const auto rate_m = static_cast<Scalar>(rate / (1.0 - std::pow(options_.beta1, t)));
    const auto scale_v = static_cast<Scalar>(1.0 / (1.0 - std::pow(options_.beta2, t)));
    parallel_for((p.size() + chunk_length - 1) / chunk_length, threads_, [&](Index chunk) {
        const Index begin = chunk * chunk_length;
        const Index length = std::min(chunk_length, p.size() - begin);
        const auto gradient = g.segment(begin, length).array();
        auto m = mean_.segment(begin, length).array();
        auto v = square_.segment(begin, length).array();
        m = beta1 * m + (Scalar(1) - beta1) * gradient;
        v = beta2 * v + (Scalar(1) - beta2) * gradient.square();
        p.segment(begin, length).array() -= rate_m * m / ((scale_v * v).sqrt() + epsilon);
    });
}

template class Adam<float>;
template class Adam<double>;

std::string_view to_string(RateSchedule schedule) {
    return schedule == RateSchedule::Constant ? "constant" : "cosine";
}

double rate_at(RateSchedule schedule, double rate, Index step, Index steps) {
    if (schedule == RateSchedule::Constant) {
        return rate;
    }
    const double done = static_cast<double>(step) / static_cast<double>(steps);
    return 0.5 * rate * (1.0 + std::cos(std::numbers::pi * done));
}

}  // namespace resdyn

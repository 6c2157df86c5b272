#include <resdyn/noise/linear_noise.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/numerics/spectrum.hpp>
#include <resdyn/work/farm.hpp>

#include "core/parallel.hpp"
#include "model/weights_hash.hpp"
#include "transient/tile_scores.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

namespace {

void validate(const LinearNoiseOptions& options) {
    require_at_least("sample", options.sample, 1);
    require_at_least("draws", options.draws, 2);
    require_at_least("singular_values", options.singular_values, 1);
    if (!(options.deviation > 0) || !std::isfinite(options.deviation)) {
        reject_argument("deviation", "a finite number > 0", fmt::format("{}", options.deviation));
    }
}

/// What one input has to say.
struct OneInput {
    Vector energy;           ///< L+1: |P_n|_F².
    Matrix singular_values;  ///< k×(L+1).
    double residual = 0.0;
    Matrix energy_ratio;   ///< draws×(L+1).
    Vector margin_theory;  ///< L+1: noise at the input, then in x_0 … x_{L−1}.
    Matrix margin_ratio;   ///< draws×(L+1), likewise.
};

auto task_fields(OneInput& one) {
    return std::tie(one.energy, one.singular_values, one.residual, one.energy_ratio,
                    one.margin_theory, one.margin_ratio);
}

/// All that the bytes of an input depend on; `inputs` are those of the sample.
Job job_of(const Network& network, const Eigen::MatrixXf& inputs, const Eigen::VectorXi& labels,
           const LinearNoiseOptions& options) {
    return {.name = "linear-noise",
            .identity = {{"bytes of a task", "linear noise 1"},
                         {"deviation", fmt::format("{}", options.deviation)},
                         {"draws", fmt::format("{}", options.draws)},
                         {"inputs", numbers_hash(inputs)},
                         {"labels", numbers_hash(labels)},
                         {"network", network_hash(network)},
                         {"seed", fmt::format("{}", options.seed)},
                         {"singular values", fmt::format("{}", options.singular_values)}},
            .tasks = inputs.cols()};
}

class InputStudy {
  public:
    InputStudy(const Network& network, const Vector& input, int label,
               const LinearNoiseOptions& options, std::uint64_t stream)
        : network_(network),
          at_(network, input),
          options_(options),
          random_(options.seed, stream),
          weights_(margin_row(label)) {}

    OneInput run() {
        const Index L = at_.depth();
        OneInput result;
        factors(result);
        // The margin's row pulled back: g_n = P_{L←n}ᵀ w.
        std::vector<Vector> rows(static_cast<std::size_t>(L + 1));
        rows[static_cast<std::size_t>(L)] = weights_;
        for (Index n = L - 1; n >= 0; --n) {
            rows[static_cast<std::size_t>(n)] = at_.pull(n, rows[static_cast<std::size_t>(n + 1)]);
        }
        result.margin_theory.resize(L + 1);
        result.margin_theory[0] = at_.leave(rows[0]).squaredNorm();
        for (Index n = 0; n < L; ++n) {
            result.margin_theory[n + 1] = rows[static_cast<std::size_t>(n)].squaredNorm();
        }
        simulate(result);
        return result;
    }

  private:
    /// V_t − V_r, r the best other class without noise; 0 with a single class.
    Vector margin_row(int label) const {
        const auto& readout =
            std::visit([](const auto& one) -> const LinearLayer& { return one.readout; }, network_);
        if (readout.M.rows() < 2) {
            return Vector::Zero(at_.width());
        }
        Vector logits = readout(at_.state(at_.depth()));
        logits[label] = -std::numeric_limits<double>::infinity();
        Index rival = 0;
        logits.maxCoeff(&rival);
        return (readout.M.row(label) - readout.M.row(rival)).transpose();
    }

    void factors(OneInput& result) const {
        const Index L = at_.depth();
        const Index D = at_.input_width();
        Matrix P = at_.enter(Matrix::Identity(D, D));
        const Index count = std::min({options_.singular_values, P.rows(), P.cols()});
        result.energy.resize(L + 1);
        result.singular_values.resize(count, L + 1);
        for (Index n = 0; n <= L; ++n) {
            result.energy[n] = P.squaredNorm();
            const LinearMap map{P.rows(), P.cols(),
                                [&P](const Vector& v) -> Vector { return P * v; },
                                [&P](const Vector& u) -> Vector { return P.transpose() * u; }};
            const SingularTriplets leading = leading_singular_values(map, {.count = count});
            result.singular_values.col(n) = leading.values;
            result.residual = std::max(result.residual, *std::max_element(leading.residuals.begin(),
                                                                          leading.residuals.end()));
            if (n < L) {
                P = at_.push(n, P);
            }
        }
    }

    /// Noisy runs from the input, then from every layer.
    void simulate(OneInput& result) {
        const Index L = at_.depth();
        const Index T = options_.draws;
        const double variance = options_.deviation * options_.deviation;
        result.energy_ratio.resize(T, L + 1);
        result.margin_ratio.resize(T, L + 1);
        for (Index from = -1; from < L; ++from) {
            Matrix x;
            if (from < 0) {
                const Index D = at_.input_width();
                x = at_.enter(random_.normal_matrix(D, T, options_.deviation)).colwise() +
                    at_.state(0);
            } else {
                x = random_.normal_matrix(at_.width(), T, options_.deviation).colwise() +
                    at_.state(from);
            }
            for (Index n = std::max<Index>(from, 0);; ++n) {
                if (from < 0) {
                    result.energy_ratio.col(n) =
                        (x.colwise() - at_.state(n)).colwise().squaredNorm() /
                        (variance * result.energy[n]);
                }
                if (n == L) {
                    break;
                }
                x = next_state(network_, n, x);
            }
            const Vector moved = (x.colwise() - at_.state(L)).transpose() * weights_;
            result.margin_ratio.col(from + 1) =
                moved.cwiseAbs2() / (variance * result.margin_theory[from + 1]);
        }
    }

    const Network& network_;
    Linearization at_;
    const LinearNoiseOptions& options_;
    Random random_;
    Vector weights_;
};

/// Over all inputs and draws of one column; inputs where theory lets nothing through say nothing.
MeanWithError pooled(const std::vector<OneInput>& all, Matrix OneInput::*ratios, Index column) {
    std::vector<double> values;
    for (const OneInput& one : all) {
        for (const double ratio : (one.*ratios).col(column)) {
            if (std::isfinite(ratio)) {
                values.push_back(ratio);
            }
        }
    }
    if (values.empty()) {
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        return {nan, nan};
    }
    return mean_with_error(
        Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size())));
}

template <class Value>
MeanWithError over_inputs(const std::vector<OneInput>& all, Value value) {
    Vector values(static_cast<Index>(all.size()));
    for (std::size_t k = 0; k < all.size(); ++k) {
        values[static_cast<Index>(k)] = value(all[k]);
    }
    return mean_with_error(values);
}

}  // namespace

std::vector<Matrix> noise_covariances(const Linearization& at, const Matrix& start,
                                      double layer_variance) {
    if (start.rows() != at.width() || start.cols() != at.width()) {
        reject_argument("start", fmt::format("a {0}x{0} covariance", at.width()),
                        fmt::format("{}x{}", start.rows(), start.cols()));
    }
    if (!(layer_variance >= 0) || !std::isfinite(layer_variance)) {
        reject_argument("layer_variance", "a finite number >= 0",
                        fmt::format("{}", layer_variance));
    }
    std::vector<Matrix> all{start};
    for (Index n = 0; n < at.depth(); ++n) {
        // A Σ Aᵀ = A (A Σ)ᵀ, Σ being symmetric.
        Matrix next = at.push(n, at.push(n, all.back()).transpose());
        next.diagonal().array() += layer_variance;
        all.push_back(std::move(next));
    }
    return all;
}

LinearNoiseReport linear_noise(const Network& network, const Eigen::MatrixXf& inputs,
                               const Eigen::VectorXi& labels, const LinearNoiseOptions& options) {
    validate(options);
    check_labelled(shape_of(network), inputs, labels);
    const Index B = inputs.cols();
    const std::vector<Index> drawn = Random(options.seed, 1).permutation(B);
    LinearNoiseReport report;
    report.sample.assign(drawn.begin(), drawn.begin() + std::min(options.sample, B));
    std::sort(report.sample.begin(), report.sample.end());
    report.draws = options.draws;
    report.deviation = options.deviation;
    const auto S = static_cast<Index>(report.sample.size());
    std::vector<OneInput> all(report.sample.size());
    constexpr std::uint64_t noise_streams = std::uint64_t{1} << 32;  // apart from the sample's
    const auto study_of = [&](Index k) {
        const Index j = report.sample[static_cast<std::size_t>(k)];
        return InputStudy(network, inputs.col(j).cast<double>(), labels[j], options,
                          noise_streams + static_cast<std::uint64_t>(k))
            .run();
    };
    if (options.farm == nullptr) {
        parallel_for(S, options.threads,
                     [&](Index k) { all[static_cast<std::size_t>(k)] = study_of(k); });
    } else {
        FarmWork work{.threads = options.threads, .stop_requested = interrupt_requested};
        work.task = [&](Index k) { return task_bytes(study_of(k)); };
        work.fold = [&](Index k, std::string_view bytes) {
            all[static_cast<std::size_t>(k)] = task_result<OneInput>(bytes);
        };
        const Job job =
            job_of(network, inputs(Eigen::all, report.sample), labels(report.sample), options);
        if (!options.farm->run(job, work).complete() || options.farm->is_shard()) {
            return {};
        }
    }

    const Index L = all.front().energy.size() - 1;
    const auto* residual = std::get_if<ResidualNetwork>(&network);
    const double step = residual != nullptr ? residual->step : 1.0;
    Matrix x = std::visit(
        [&](const auto& one) {
            return initial_activity(one, inputs(Eigen::all, report.sample).template cast<double>());
        },
        network);
    report.signal.resize(L + 1);
    report.signal_to_noise.resize(L + 1);
    report.singular_values = Matrix::Zero(all.front().singular_values.rows(), L + 1);
    for (const OneInput& one : all) {
        report.singular_values += one.singular_values / static_cast<double>(S);
        report.singular_residual = std::max(report.singular_residual, one.residual);
    }
    for (Index n = 0; n <= L; ++n) {
        report.energy.push_back(
            over_inputs(all, [n](const OneInput& one) { return one.energy[n]; }));
        report.ratio.push_back(pooled(all, &OneInput::energy_ratio, n));
        report.signal[n] = (x.colwise() - x.rowwise().mean()).colwise().squaredNorm().mean();
        report.signal_to_noise[n] = report.signal[n] / report.energy.back().mean;
        if (n > 0) {
            const double time = step * static_cast<double>(n);
            report.exponent.push_back(over_inputs(all, [n, time](const OneInput& one) {
                return std::log(one.singular_values(0, n)) / time;
            }));
            report.injections.push_back(
                {n - 1, over_inputs(all, [n](const OneInput& one) { return one.margin_theory[n]; }),
                 pooled(all, &OneInput::margin_ratio, n)});
        }
        if (n < L) {
            x = next_state(network, n, x);
        }
    }
    report.margin_variance =
        over_inputs(all, [](const OneInput& one) { return one.margin_theory[0]; });
    report.margin_ratio = pooled(all, &OneInput::margin_ratio, 0);
    const MeanWithError& last = report.ratio.back();
    report.agreement = (last.mean - 1.0) / last.standard_error;
    return report;
}

}  // namespace resdyn

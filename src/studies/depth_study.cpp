#include <resdyn/studies/depth_study.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/depth/analytic_tail.hpp>
#include <resdyn/depth/early_stop.hpp>
#include <resdyn/depth/shortening.hpp>

namespace resdyn {

namespace {

/// A network in place of another one: accuracy, and agreement with the classes `whole`.
Replacement measure(const std::string& kind, const Network& network, const Dataset& data,
                    const Eigen::VectorXi& whole, int threads) {
    const DecisionReport report = decisions(network, data.inputs, data.labels, threads);
    Replacement result;
    result.kind = kind;
    result.depth = depth_of(network);
    result.step = std::holds_alternative<ResidualNetwork>(network)
                      ? std::get<ResidualNetwork>(network).step
                      : std::nan("");
    result.accuracy = report.accuracy.back();
    const Index agree =
        (report.predictions.row(result.depth).transpose().array() == whole.array()).count();
    result.agreement = proportion(agree, whole.size());
    result.logit_error = std::nan("");
    result.logit_bound = std::nan("");
    return result;
}

/// The tail in its two forms after `depth` >= 2 layers, on inputs in double: logits with the error
/// they have and the bound that was proved.
std::vector<Replacement> tails(const ResidualNetwork& network, Index depth, const Matrix& inputs,
                               const Eigen::VectorXi& labels, int threads) {
    const LayerStates states = run_layers(network, initial_activity(network, inputs));
    const auto n = static_cast<std::size_t>(depth);
    const TailBounds bounds = AnalyticTail(network).bounds(
        {states.u[n - 2], states.u[n - 1], network.readout(states.x[n])}, network.depth - depth,
        threads);
    const Matrix truth = network.readout(states.x.back());
    const Eigen::VectorXi whole = predicted_classes(truth);
    std::vector<Replacement> all;
    for (const bool held : {false, true}) {
        const Matrix& logits = held ? bounds.held_logits : bounds.logits;
        const Eigen::VectorXi classes = predicted_classes(logits);
        Replacement one;
        one.kind = held ? "held tail (sample)" : "analytic tail (sample)";
        one.depth = depth;
        one.step = network.step;
        one.accuracy = proportion((classes.array() == labels.array()).count(), labels.size());
        one.agreement = proportion((classes.array() == whole.array()).count(), labels.size());
        one.logit_error = (logits - truth).cwiseAbs().maxCoeff();
        one.logit_bound = (held ? bounds.held_error : bounds.error).maxCoeff();
        one.samples = labels.size();
        all.push_back(one);
    }
    return all;
}

/// Early stop against all layers, three rounds of each in turn, medians.
EarlyStopTiming time_early_stop(const ResidualNetwork& network, const Matrix& inputs, int threads) {
    using Clock = std::chrono::steady_clock;
    EarlyStopTiming timing;
    timing.samples = inputs.cols();
    std::vector<double> with, without;
    const StoppingNetwork stopping(network, inputs, {.threads = threads});
    const StoppingNetwork every(network, inputs, {.proofs = false, .threads = threads});
    for (int round = 0; round < 3; ++round) {
        const Clock::time_point begin = Clock::now();
        const EarlyStop stop = stopping.run(inputs);
        const Clock::time_point middle = Clock::now();
        const EarlyStop all = every.run(inputs);
        with.push_back(std::chrono::duration<double>(middle - begin).count());
        without.push_back(std::chrono::duration<double>(Clock::now() - middle).count());
        timing.mean_layers =
            static_cast<double>(stop.layer_runs) / static_cast<double>(inputs.cols());
        timing.tried_after = stop.tried_after;
        timing.different = (stop.classes.array() != all.classes.array()).count();
    }
    timing.seconds = median(std::move(with));
    timing.seconds_without = median(std::move(without));
    return timing;
}

void check(const Network& network, const DepthStudyOptions& options) {
    const Index depth = depth_of(network);
    const auto layers = [&](const char* option, Index value) {
        if (value < 0 || value > depth) {
            reject_argument(option, fmt::format("1 to {} layers, the depth of the network", depth),
                            fmt::format("{}", value));
        }
    };
    layers("keep", options.keep);
    layers("coarsen", options.coarsen);
    if (options.settle_samples < 1) {
        reject_argument("settle_samples", "a whole number >= 1",
                        fmt::format("{}", options.settle_samples));
    }
    if (options.tail && options.coarsen > 0) {
        reject_argument("tail", "either a tail or coarser steps", "both");
    }
    const auto* residual = std::get_if<ResidualNetwork>(&network);
    const bool shared = residual != nullptr && residual->has_shared_weights();
    if ((options.tail || options.coarsen > 0) && !shared) {
        reject_argument(options.tail ? "tail" : "coarsen", "a residual network with shared weights",
                        residual == nullptr ? "a perceptron" : "weights that differ by layer");
    }
    // The criteria judge their options when they are asked.
    DepthProfile empty;
    empty.layers.resize(static_cast<std::size_t>(depth + 1));
    empty.final_from = empty.agrees_at = {0};
    depth_criteria(empty, options.criteria);
}

/// h* of the equilibria that inputs come to rest at; refuses a step that is not below it.
StepLimit limit_of_steps(const ResidualNetwork& network, const Matrix& sample,
                         const DepthStudyOptions& options) {
    const double step = coarsened(network, options.coarsen).step;
    constexpr double time = 500.0;
    StepLimit limit =
        step_limit(network, sample,
                   {.settle = {.clock = Clock::Flow, .t_end = time, .threads = options.threads}});
    if (!limit.allows(step)) {
        reject_argument("coarsen",
                        fmt::format("a step h L / M below h* = {:.4g} of the "
                                    "equilibrium {} that inputs come to rest at",
                                    *limit.largest, limit.pattern),
                        fmt::format("{:g} for {} layers", step, options.coarsen));
    }
    return limit;
}

ShorterNetwork shorter_network(const Network& network, const Dataset& data,
                               const DepthStudyOptions& options, Index keep,
                               const DepthStudy& study) {
    Eigen::VectorXi whole = decisions(network, data.inputs, data.labels, options.threads)
                                .predictions.row(depth_of(network))
                                .transpose();
    const auto measured = [&](const char* kind, const Network& shorter) {
        return measure(kind, shorter, data, whole, options.threads);
    };
    if (options.coarsen > 0) {
        const Network shorter = coarsened(std::get<ResidualNetwork>(network), options.coarsen);
        return {shorter, fmt::format("coarsened to {} layers at equal T", options.coarsen),
                measured("coarsened", shorter)};
    }
    const std::string rule =
        fmt::format("{} layers kept, {}", keep,
                    options.keep > 0 ? std::string("as asked for")
                                     : fmt::format("by {}", to_string(options.rule)));
    if (options.tail) {
        const Network shorter = with_held_tail(std::get<ResidualNetwork>(network), keep);
        ShorterNetwork held{shorter, rule + ", residual held for the rest",
                            measured("held tail", shorter)};
        for (const Replacement& one : study.replacements) {
            if (one.kind == "held tail (sample)") {
                held.measured.logit_error = one.logit_error;
                held.measured.logit_bound = one.logit_bound;
                held.measured.samples = one.samples;
            }
        }
        return held;
    }
    const Network shorter = truncated(network, keep);
    return {shorter, rule, measured("cut", shorter)};
}

}  // namespace

DepthStudy study_depth(const Network& network, const Dataset& data,
                       const DepthStudyOptions& options) {
    check(network, options);
    const auto* residual = std::get_if<ResidualNetwork>(&network);
    const Dataset drawn = data.draw(options.settle_samples, options.seed);
    const Matrix sample = drawn.inputs.cast<double>();
    DepthStudy study;
    study.options = options.criteria;
    if (options.coarsen > 0 && is_bounded(residual->activation)) {
        study.step_limit = limit_of_steps(*residual, sample, options);
    }
    study.profile = depth_profile(network, data.inputs, data.labels, options.threads);
    study.criteria = depth_criteria(study.profile, options.criteria);
    // The depth kept, by the rule where none was asked for; coarser steps keep all.
    Index keep = options.keep;
    if (keep == 0 && options.coarsen == 0) {
        keep = study.criteria.by(options.rule).depth;
    }
    if (residual != nullptr) {
        study.certificates = certify(*residual, sample, {.threads = options.threads});
        study.early_stop = time_early_stop(*residual, sample, options.threads);
        if (residual->has_shared_weights() && keep >= 2) {
            study.replacements = tails(*residual, keep, sample, drawn.labels, options.threads);
        } else if (options.tail) {
            reject_argument("keep", "at least 2 layers before a tail", fmt::format("{}", keep));
        }
    }
    study.shorter = shorter_network(network, data, options, keep, study);
    study.replacements.push_back(study.shorter.measured);
    return study;
}

}  // namespace resdyn

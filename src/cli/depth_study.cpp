#include "depth_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <resdyn/core/quantile.hpp>
#include <resdyn/depth/analytic_tail.hpp>
#include <resdyn/depth/early_stop.hpp>
#include <resdyn/depth/shortening.hpp>

namespace resdyn::cli {

Replacement measure(const std::string& kind, const Network& network, const Labelled& input,
                    const Eigen::VectorXi& whole, int threads) {
    const DecisionReport report = decisions(network, input.data.inputs, input.data.labels, threads);
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

namespace {

std::string percent(const Proportion& p) {
    return fmt::format("{:.2f} ± {:.2f} %", 100.0 * p.value, 100.0 * p.standard_error);
}

}  // namespace

void print_study(const DepthStudy& study) {
    fmt::print("depth      accuracy  agreement     margin   r ({}, {})\n",
               to_string(study.options.norm), to_string(study.options.reduction));
    for (const DepthLayer& layer : study.profile.layers) {
        const double r = layer.change(study.options.norm, study.options.reduction);
        fmt::print("{:>5}  {:>10.4f} {:>10.4f} {:>10.3f}   {}\n", layer.depth, layer.accuracy.value,
                   layer.agreement.value, layer.margin.mean,
                   std::isnan(r) ? "" : fmt::format("{:.3g}", r));
    }
    fmt::print("suggested depth by criterion ({} samples):\n", study.profile.final_from.size());
    for (const DepthSuggestion& one : study.criteria.suggestions) {
        fmt::print(
            "  {:<16} {:>3}   accuracy {}, agreement {}{}\n", to_string(one.criterion), one.depth,
            percent(one.accuracy), percent(one.agreement),
            one.value != static_cast<double>(one.depth) ? fmt::format(" ({:.3f})", one.value) : "");
    }
    if (study.certificates) {
        const CertificateReport& report = *study.certificates;
        fmt::print("certified stop, {} inputs: share certified (oracle) by layer:",
                   report.certified_at.size());
        for (const LayerCertificates& layer : report.layers) {
            fmt::print(" {:.2f} ({:.2f})", layer.by_any.value, layer.oracle.value);
        }
        fmt::print("\n  {} certificates held against the network, {} wrong", report.checked,
                   report.wrong);
        if (report.tail_checks > 0) {
            fmt::print("; {} tail bounds, largest error / bound {:.3g}, |W|_2 <= {:.4g}",
                       report.tail_checks, report.worst_tail_share, report.norm_bound);
        }
        fmt::print("\n");
    }
    if (study.early_stop) {
        const EarlyStopTiming& stop = *study.early_stop;
        fmt::print(
            "early stop: {:.2f} of {} layers an input, {:.2f} times the time of all (proofs tried "
            "after {}; {} inputs, {} other classes)\n",
            stop.mean_layers, study.profile.layers.back().depth,
            stop.seconds / stop.seconds_without,
            stop.tried_after.empty() ? "none: no try would pay"
                                     : fmt::format("{}", fmt::join(stop.tried_after, ", ")),
            stop.samples, stop.different);
    }
    for (const Replacement& one : study.replacements) {
        fmt::print("{} to {} layers, h = {:g}: accuracy {}, agreement {}", one.kind, one.depth,
                   one.step, percent(one.accuracy), percent(one.agreement));
        if (!std::isnan(one.logit_error)) {
            fmt::print("; logits off by {:.3g}, proved {} on {} inputs", one.logit_error,
                       std::isfinite(one.logit_bound) ? fmt::format("<= {:.3g}", one.logit_bound)
                                                      : "nothing (the bound ran away)",
                       one.samples);
        }
        fmt::print("\n");
    }
    if (study.step_limit) {
        const StepLimit& limit = *study.step_limit;
        fmt::print("h* of the {} equilibria that {} of {} inputs come to rest at: {}\n",
                   limit.equilibria, limit.settled, limit.inputs,
                   limit.largest ? fmt::format("{:.4g}", *limit.largest) : "none known");
    }
}

}  // namespace resdyn::cli

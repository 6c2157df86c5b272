#include <resdyn/studies/reduction.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/evaluation.hpp>
#include <resdyn/learning/gradient.hpp>

namespace resdyn {

namespace {

/// Everything that can be refused, before any work.
void check(const Network& original, const Dataset* training, const Dataset& test,
           const ReductionOptions& options) {
    const NetworkShape shape = shape_of(original);
    check_fits(shape, test);
    if (options.hidden_units.empty() && !options.rank) {
        reject_argument("reduce", "hidden_units, rank or both", "neither");
    }
    for (const Index M : options.hidden_units) {
        ImitationOptions imitation = options.imitation;
        imitation.hidden_units = M;
        validate(ImitationLoss{.original = original,
                               .temperature = imitation.temperature,
                               .state_weight = imitation.state_weight},
                 imitation_shape(original, imitation));
    }
    if (!options.hidden_units.empty()) {
        if (training == nullptr) {
            reject_argument("reduce", "data to train imitations on", "none");
        }
        check_fits(shape, *training);
    }
    const auto* residual = std::get_if<ResidualNetwork>(&original);
    if (options.rank && (residual == nullptr || !residual->has_shared_weights())) {
        reject_argument("rank", "a residual network of shared weights",
                        residual == nullptr ? "a perceptron" : "own weights by layer");
    }
}

ImitationReport report_of(const Network& original, const Dataset& training, const Dataset& test,
                          Index hidden_units, const ReductionOptions& options) {
    ImitationOptions imitation = options.imitation;
    imitation.hidden_units = hidden_units;
    ImitationReport report;
    report.hidden_units = hidden_units;
    report.imitation = imitate(original, training, imitation);
    if (report.imitation.outcome == TrainOutcome::Interrupted) {
        return report;
    }
    report.agreement =
        agreement(original, report.imitation.network, test.inputs, test.labels, imitation.threads);
    if (!is_bounded(report.imitation.network.activation)) {
        report.not_proved = fmt::format(
            "Nothing is proved: the proofs are of bounded activations, logistic or tanh, and the "
            "imitation has {}.",
            to_string(report.imitation.network.activation));
    } else if (!(options.proofs.seconds > 0)) {
        report.not_proved = "Nothing was tried to be proved (a budget of 0).";
    } else {
        report.proofs = prove(report.imitation.network, options.proofs);
    }
    return report;
}

}  // namespace

Reduction reduce(const Network& original, const Dataset* training, const Dataset& test,
                 const ReductionOptions& options) {
    check(original, training, test, options);
    const auto parts = static_cast<double>(options.hidden_units.size() + (options.rank ? 1 : 0));
    double done = 0.0;
    const auto part = [&](const std::string& what, double within) {
        if (options.on_part) {
            options.on_part(what, (done + within) / parts);
        }
    };
    ReductionOptions with = options;
    Reduction result;
    if (options.rank) {
        double ranks = 0.0;
        with.rank->on_rank = [&](Index r) {
            part(fmt::format("W of rank {}", r),
                 ranks++ / static_cast<double>(options.rank->ranks.size()));
        };
        result.ranks = study_ranks(std::get<ResidualNetwork>(original), test, *with.rank);
        ++done;
        result.accuracy = result.ranks->ranks.front().agreement.original_accuracy;
    }
    for (const Index M : options.hidden_units) {
        const std::string name = fmt::format("imitation with {} residuals", M);
        part(name, 0.0);
        with.imitation.on_progress = [&](const TrainProgress& now) {
            const Index epochs = std::max<Index>(1, options.imitation.epochs);
            part(fmt::format("{} · epoch {}/{} · loss {:.4f}", name, now.epoch, epochs, now.loss),
                 now.done / static_cast<double>(epochs));
        };
        result.imitations.push_back(report_of(original, *training, test, M, with));
        ++done;
        if (result.imitations.back().imitation.outcome == TrainOutcome::Interrupted) {
            break;
        }
        result.accuracy = result.imitations.back().agreement.original_accuracy;
    }
    return result;
}

std::vector<std::string> describe(const ImitationReport& report) {
    const Proportion& share = report.agreement.agreement;
    std::vector<std::string> sentences = {fmt::format(
        "What is proved here is proved of the imitation with {} residuals and not of the original, "
        "with which it agrees in the class of {:.4f} ± {:.4f} (95 %: {:.4f} to {:.4f}) of {} test "
        "samples.",
        report.hidden_units, share.value, share.standard_error, share.low, share.high,
        share.samples)};
    if (report.proofs) {
        const std::vector<std::string> proved = describe(*report.proofs);
        sentences.insert(sentences.end(), proved.begin(), proved.end());
    } else {
        sentences.push_back(report.not_proved);
    }
    return sentences;
}

}  // namespace resdyn

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/quantile.hpp>

#include "report_content.hpp"
#include "results/proof_text.hpp"
#include "results/report_text.hpp"

namespace resdyn::plots {

using namespace readable;

using namespace figures;

namespace {

/// "1 equilibrium", "3 equilibria".
std::string counted(Index count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// How the inputs ended: who settled, for how many that is proved, and who did not.
std::string endings(const SettleResult& settled) {
    const auto followed = static_cast<Index>(settled.outcomes.size());
    const Index arrived = settled.count(SettleOutcome::Settled);
    std::string text = fmt::format(
        "of {} followed under the layer map, {} settled at {} (proved for {} of {} by "
        "an invariant box, else within tolerance)",
        counted(followed, "input", "inputs"), percent(proportion(arrived, followed)),
        counted(static_cast<Index>(settled.groups.size()), "attracting equilibrium",
                "attracting equilibria"),
        settled.certified, arrived);
    const auto add = [&](SettleOutcome outcome, std::string_view what) {
        if (settled.count(outcome) > 0) {
            text +=
                fmt::format(", {} {}", percent(proportion(settled.count(outcome), followed)), what);
        }
    };
    add(SettleOutcome::OnContinuum, "came to rest on an attracting continuum of equilibria");
    add(SettleOutcome::Slow, "were slow (hardly moving, at no equilibrium)");
    add(SettleOutcome::Unsettled, "were unsettled (still moving)");
    add(SettleOutcome::NonFinite, "overflowed");
    return text;
}

/// What moves the residuals where no one system does.
std::string movement(const LayerwiseAnalysis& layerwise) {
    std::string text = fmt::format(
        "The weights differ by layer, so the residuals have no equilibria of their own");
    if (layerwise.split && !layerwise.split->steps.empty()) {
        const StepSplit& split = *layerwise.split;
        text += fmt::format(
            ": from one layer to the next they move by cooperation and competition of the units "
            "and by the change of the weights itself, whose share is {:.1f} % ± {:.1f} % (mean "
            "over "
            "steps and {})",
            100.0 * split.share.mean, 100.0 * split.share.standard_error,
            counted(split.inputs, "input", "inputs"));
    }
    return text + "; what each layer would do if it were repeated stands below.";
}

std::string destination(const Analysis& analysis) {
    if (analysis.layerwise) {
        return movement(*analysis.layerwise);
    }
    if (analysis.atlas) {
        const Atlas& atlas = *analysis.atlas;
        std::string text = fmt::format(
            "The residual flow has {}, {} of them hyperbolically stable{}{}",
            counted(atlas.counts.total, "isolated equilibrium", "isolated equilibria"),
            atlas.counts.stable,
            atlas.continua.empty()
                ? ""
                : ", beside " + counted(static_cast<Index>(atlas.continua.size()),
                                        "continuum of equilibria", "continua of equilibria"),
            atlas.complete ? " (complete; " + proof_text(atlas.decisions) + ")"
                           : " (some patterns stayed undecided, so the list may not be complete)");
        if (analysis.settled) {
            text += "; " + endings(*analysis.settled);
        }
        return text + ".";
    }
    if (analysis.settled) {
        std::string text = endings(*analysis.settled);
        text.front() = 'O';
        return text + "; equilibria that no input reached were not searched.";
    }
    return "Equilibria were not searched (the notes say why), so nothing is claimed of where the "
           "residuals end.";
}

/// First layer from which on the read-out stays within one standard error of its last accuracy.
std::size_t layer_of_decision(const std::vector<Proportion>& accuracy) {
    std::size_t first = accuracy.size() - 1;
    while (first > 0 && std::abs(accuracy[first - 1].value - accuracy.back().value) <=
                            accuracy.back().standard_error) {
        --first;
    }
    return first;
}

struct Recognition {
    Index right = 0;
    Index inputs = 0;
};

/// Each settled input against the majority of the others in its group: a lone input, or one that
/// the others outvote or tie, counts as not recognised. (Purity would praise groups of one.)
Recognition class_from_resting_place(const std::vector<GroupClasses>& groups) {
    Recognition result;
    for (const GroupClasses& group : groups) {
        for (std::size_t c = 0; c < group.by_class.size(); ++c) {
            Index others = 0;
            for (std::size_t k = 0; k < group.by_class.size(); ++k) {
                others = k == c ? others : std::max(others, group.by_class[k]);
            }
            result.inputs += group.by_class[c];
            result.right += group.by_class[c] - 1 > others ? group.by_class[c] : 0;
        }
    }
    return result;
}

std::string classification(const Analysis& analysis) {
    if (!analysis.evidence || analysis.evidence->accuracy_by_layer.empty()) {
        return "No labelled data with a read-out were given, so nothing is said of classification.";
    }
    const EvidenceLedger& ledger = *analysis.evidence;
    const std::vector<Proportion>& accuracy = ledger.accuracy_by_layer;
    const std::size_t decided = layer_of_decision(accuracy);
    std::string text = fmt::format(
        "The read-out is right for {} of {} inputs after the last layer and stays within one "
        "standard error of that from layer {} of {} on, against {} from the start alone and {} "
        "from the sum of residuals alone",
        percent(accuracy.back()), accuracy.back().samples, decided, accuracy.size() - 1,
        percent(ledger.accuracy_from_start), percent(ledger.accuracy_from_sum));
    const Recognition recognition = class_from_resting_place(analysis.group_classes);
    if (recognition.inputs > 0) {
        text += fmt::format(
            "; the resting place alone, named by the other inputs that ended there, gives the "
            "class of {} of the {} that settled",
            percent(proportion(recognition.right, recognition.inputs)), recognition.inputs);
    }
    return text + ".";
}

std::string fidelity(const Analysis& analysis) {
    if (!analysis.discretisation) {
        return "No data were given, so the network was not held against its flow.";
    }
    const DiscretisationReport& report = *analysis.discretisation;
    std::vector<double> relative;
    for (std::size_t s = 0; s < report.outcomes.size(); ++s) {
        const Index column = static_cast<Index>(s);
        const double scale = report.scale(report.scale.rows() - 1, column);
        if (report.outcomes[s] == Outcome::ReachedEnd && scale > 0) {
            relative.push_back(report.distance(report.distance.rows() - 1, column) / scale);
        }
    }
    if (relative.empty()) {
        return "The flow could not be followed to the end of the network for any sample, so the "
               "two were not compared.";
    }
    const std::size_t followed = relative.size();
    const Spread spread = resdyn::spread(std::move(relative));
    // A median alone would hide the samples that the flow does not describe.
    std::string text = fmt::format(
        "After its last layer the network lies {:.2g} % of the way travelled from where the flow "
        "arrives (median of {}; 5 % to 95 % quantile {:.2g} % to {:.2g} %, worst {:.2g} %)",
        100.0 * spread.median, counted(static_cast<Index>(followed), "sample", "samples"),
        100.0 * spread.low, 100.0 * spread.high, 100.0 * spread.most);
    if (followed < report.outcomes.size()) {
        text += fmt::format(", {} of {} could not be followed or did not move",
                            report.outcomes.size() - followed, report.outcomes.size());
    }
    if (!report.observed_order.empty() && std::isfinite(report.observed_order.back())) {
        text += fmt::format(
            ", and that distance shrinks with order {:.2f} at the last halving of the step "
            "(forward "
            "Euler: 1)",
            report.observed_order.back());
    }
    if (analysis.fidelity && analysis.fidelity->verdict != FlowVerdict::Unknown) {
        text += fmt::format("; by the rule given below the network is {}{}",
                            analysis.fidelity->verdict == FlowVerdict::Discretisation
                                ? "a discretisation of that flow"
                            : analysis.fidelity->verdict == FlowVerdict::OdeLike
                                ? "ODE-like"
                                : "no discretisation of it",
                            analysis.fidelity->firm ? "" : " (not firmly, with so few samples)");
    }
    return text + ".";
}

}  // namespace

std::vector<std::string> verdict(const Analysis& analysis) {
    return {destination(analysis), classification(analysis), fidelity(analysis)};
}

}  // namespace resdyn::plots

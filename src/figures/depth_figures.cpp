#include "depth_figures.hpp"

#include <fmt/format.h>

#include <cmath>

namespace resdyn::figures {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

Series line(const std::string& name, const std::string& legend, Column x, Column y, Index colour,
            int dash = 1) {
    return {Mark::Line,
            name,
            legend,
            {std::move(x), std::move(y)},
            {.colour = palette_colour(colour), .dash = dash}};
}

/// `value` of every item.
template <class Item, class Value>
Column column(const std::string& name, const std::vector<Item>& items, Value value) {
    Column result{name, {}};
    for (const Item& item : items) {
        result.values.push_back(static_cast<double>(value(item)));
    }
    return result;
}

double finite(double value) {
    return std::isfinite(value) ? value : nothing;
}

}  // namespace

Figure depth_figure(const DepthStudy& study) {
    const std::vector<DepthLayer>& layers = study.profile.layers;
    const ChangeNorm norm = study.options.norm;
    const Column depth = column("depth", layers, [](const DepthLayer& l) { return l.depth; });
    Figure figure;
    figure.id = "depth";
    figure.title = "What the network is worth at every depth";
    figure.section = Section::Evidence;
    figure.caption = fmt::format(
        "Accuracy of the read-out after each layer and agreement with the whole network; change of "
        "the residual over the last two layers (norm {}), with the tolerance {:g} of the rule. {} "
        "samples.",
        to_string(norm), study.options.tolerance, study.profile.final_from.size());
    figure.width = 960;
    figure.height = 420;
    figure.panels_per_row = 2;
    Panel shares{.x = {"depth n"}, .y = {"share of the samples"}, .legend = Legend::Above};
    shares.series.push_back(
        line("accuracy", "accuracy", depth,
             column("value", layers, [](const DepthLayer& l) { return l.accuracy.value; }), 0));
    shares.series.push_back(
        line("agreement", "agreement with depth L", depth,
             column("value", layers, [](const DepthLayer& l) { return l.agreement.value; }), 1, 2));
    figure.panels.push_back(shares);
    Panel change{.x = {"depth n"},
                 .y = {.label = "r_n = |y_{n-1} - y_{n-2}|", .log = true},
                 .legend = Legend::Above};
    bool any = false;
    for (const SampleReduction reduction :
         {SampleReduction::Mean, SampleReduction::Q95, SampleReduction::Max}) {
        const Column values = column("value", layers, [&](const DepthLayer& l) {
            return finite(l.change(norm, reduction));
        });
        for (const double value : values.values) {
            any = any || value > 0;
        }
        const std::string name(to_string(reduction));
        change.series.push_back(
            line("r_" + name, name, depth, values, static_cast<Index>(change.series.size())));
    }
    if (any) {
        change.series.push_back(line(
            "tolerance", "tolerance", depth,
            column("value", layers, [&](const DepthLayer&) { return study.options.tolerance; }), 3,
            2));
        figure.panels.push_back(change);
    }
    return figure;
}

Figure sensitivity_figure(const DepthStudy& study) {
    Figure figure;
    figure.id = "sensitivity";
    figure.title = "How the depth depends on the tolerance";
    figure.section = Section::Evidence;
    figure.caption = fmt::format(
        "Depth that the rule r_L < tolerance (norm {}) leaves, and the accuracy there, for each "
        "reduction over the samples.",
        to_string(study.options.norm));
    figure.width = 960;
    figure.height = 420;
    figure.panels_per_row = 2;
    Panel depth{.x = {.label = "tolerance", .log = true}, .y = {"depth"}, .legend = Legend::Above};
    Panel accuracy{
        .x = {.label = "tolerance", .log = true}, .y = {"accuracy"}, .legend = Legend::Above};
    for (const SampleReduction reduction :
         {SampleReduction::Mean, SampleReduction::Q95, SampleReduction::Max}) {
        std::vector<Sensitivity> part;
        for (const Sensitivity& one : study.criteria.sensitivity) {
            if (one.criterion == DepthCriterion::LastTwoLayers && one.reduction == reduction) {
                part.push_back(one);
            }
        }
        if (part.empty()) {
            continue;
        }
        const std::string name(to_string(reduction));
        const auto colour = static_cast<Index>(depth.series.size());
        const Column at =
            column("tolerance", part, [](const Sensitivity& s) { return s.tolerance; });
        depth.series.push_back(
            line(name, name, at,
                 column("depth", part, [](const Sensitivity& s) { return s.depth; }), colour));
        accuracy.series.push_back(
            line(name, name, at,
                 column("accuracy", part, [](const Sensitivity& s) { return s.accuracy.value; }),
                 colour));
    }
    figure.panels = {depth, accuracy};
    return figure;
}

Figure lesion_figure(const DepthProfile& profile) {
    Figure figure;
    figure.id = "lesions";
    figure.title = "Accuracy without one layer";
    figure.section = Section::Evidence;
    const Column layer = column("layer", profile.lesions, [](const Lesion& l) { return l.layer; });
    Panel panel{.x = {"layer k"}, .y = {"accuracy"}, .legend = Legend::Above};
    if (profile.shared_weights) {
        figure.title = "Accuracy without one layer's evidence";
        figure.caption = fmt::format(
            "Accuracy when the evidence of layer k alone is taken out of the logits. With shared "
            "weights every dropped layer leaves one and the same network, one layer shorter "
            "(accuracy {:.4f}): no curve over k is drawn of that.",
            profile.lesions.front().accuracy.value);
    } else {
        figure.caption =
            "Accuracy when layer k is dropped, and when its evidence alone is taken out of the "
            "logits.";
        panel.series.push_back(line(
            "dropped", "layer dropped", layer,
            column("value", profile.lesions, [](const Lesion& l) { return l.accuracy.value; }), 0));
    }
    const Column evidence = column("value", profile.lesions,
                                   [](const Lesion& l) { return l.accuracy_without_evidence; });
    if (std::isfinite(evidence.values.front())) {
        panel.series.push_back(
            line("without_evidence", "its evidence taken out", layer, evidence, 1));
    }
    const double whole = profile.layers.back().accuracy.value;
    panel.series.push_back(
        line("whole", "whole network", layer,
             column("value", profile.lesions, [whole](const Lesion&) { return whole; }), 2, 2));
    figure.panels = {panel};
    return figure;
}

Figure certificate_figure(const CertificateReport& report) {
    using Layer = LayerCertificates;
    const Column layer = column("layer", report.layers, [](const Layer& l) { return l.layer; });
    Figure figure;
    figure.id = "certificates";
    figure.title = "Certified stop: whose class can no longer change";
    figure.section = Section::Evidence;
    figure.caption = fmt::format(
        "Share of {} inputs whose class provably stays in the layers that remain, by proof, beside "
        "the oracle that has run them; median lead of the class against the median of the proved "
        "bound of what the tail may be wrong by, and of its true error. {} certificates were held "
        "against the network, {} were wrong.",
        report.certified_at.size(), report.checked, report.wrong);
    figure.width = 960;
    figure.height = 420;
    figure.panels_per_row = 2;
    Panel shares{.x = {"layer n"},
                 .y = {.label = "share of the inputs", .from = 0, .to = 1.02},
                 .legend = Legend::Above};
    const auto share = [&](const char* name, const char* legend, auto value, Index colour,
                           int dash) {
        shares.series.push_back(
            line(name, legend, layer, column("value", report.layers, value), colour, dash));
    };
    share(
        "oracle", "oracle", [](const Layer& l) { return l.oracle.value; }, 0, 1);
    share(
        "certified", "by any proof", [](const Layer& l) { return l.by_any.value; }, 1, 1);
    share(
        "tail", "by the tail", [](const Layer& l) { return l.by_tail.value; }, 2, 2);
    share(
        "box", "by a box", [](const Layer& l) { return l.by_box.value; }, 3, 2);
    share(
        "cube", "by the cube", [](const Layer& l) { return l.by_cube.value; }, 4, 3);
    share(
        "forever", "for ever", [](const Layer& l) { return l.forever.value; }, 5, 4);
    Panel widths{
        .x = {"layer n"}, .y = {.label = "logits, median", .log = true}, .legend = Legend::Above};
    const auto width = [&](const char* name, const char* legend, auto value, Index colour) {
        const Column values =
            column("value", report.layers, [&](const Layer& l) { return finite(value(l)); });
        for (const double one : values.values) {
            if (one > 0) {
                widths.series.push_back(line(name, legend, layer, values, colour));
                return;
            }
        }
    };
    width(
        "lead", "lead", [](const Layer& l) { return l.lead.median; }, 0);
    width(
        "bound", "bound", [](const Layer& l) { return l.tail_width.median; }, 1);
    width(
        "error", "true error", [](const Layer& l) { return l.tail_error.median; }, 2);
    figure.panels = {shares};
    if (!widths.series.empty()) {
        figure.panels.push_back(widths);
    }
    return figure;
}

std::vector<Figure> figures_of(const DepthStudy& study) {
    std::vector<Figure> figures = {depth_figure(study)};
    if (!study.profile.lesions.empty()) {
        figures.push_back(sensitivity_figure(study));
        // A perceptron that shares its weights has no curve over the layers to draw.
        if (!study.profile.shared_weights ||
            std::isfinite(study.profile.lesions.front().accuracy_without_evidence)) {
            figures.push_back(lesion_figure(study.profile));
        }
    }
    if (study.certificates) {
        figures.push_back(certificate_figure(*study.certificates));
    }
    return figures;
}

}  // namespace resdyn::figures

#include "depth_results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "json_parts.hpp"
#include "percent.hpp"
#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

FieldParts parts_of(const ChangeFigures& figures) {
    return {{"mean", figures.mean}, {"q95", figures.q95}, {"max", figures.max}};
}

/// The change of the residual over the last two layers in one norm.
Field<DepthLayer> change_field(const std::string& norm, ChangeFigures DepthLayer::*member) {
    const std::string column = "r_" + norm;
    return Field<DepthLayer>("r." + norm,
                             [member](const DepthLayer& layer) { return parts_of(layer.*member); })
        .parts({{column + "_mean", "mean"}, {column + "_q95", "q95"}, {column + "_max", "max"}});
}

const Table<DepthLayer>& depth_table() {
    using F = Field<DepthLayer>;
    static const Table<DepthLayer> table = {
        {"depth", &DepthLayer::depth},
        {"accuracy", &DepthLayer::accuracy},
        {"margin", [](const DepthLayer& layer) { return layer.margin.mean; }},
        {"margin_error", [](const DepthLayer& layer) { return layer.margin.standard_error; }},
        F("agreement", &DepthLayer::agreement).column("agreement"),
        change_field("2", &DepthLayer::two),
        change_field("rms", &DepthLayer::rms),
        change_field("inf", &DepthLayer::inf),
        {"contribution", &DepthLayer::contribution}};
    return table;
}

const Table<DepthSuggestion>& criterion_table() {
    using F = Field<DepthSuggestion>;
    static const Table<DepthSuggestion> table = {
        {"criterion", &DepthSuggestion::criterion},
        {"value", &DepthSuggestion::value},
        {"depth", &DepthSuggestion::depth},
        F("accuracy", &DepthSuggestion::accuracy).column("accuracy"),
        F("agreement", &DepthSuggestion::agreement).column("agreement")};
    return table;
}

const Table<Sensitivity>& sensitivity_table() {
    using F = Field<Sensitivity>;
    static const Table<Sensitivity> table = {
        {"criterion", &Sensitivity::criterion},
        {"reduction", &Sensitivity::reduction},
        {"tolerance", &Sensitivity::tolerance},
        {"depth", &Sensitivity::depth},
        F("accuracy", &Sensitivity::accuracy).column("accuracy"),
        F("agreement", &Sensitivity::agreement).column("agreement")};
    return table;
}

const Table<Lesion>& lesion_table() {
    using F = Field<Lesion>;
    static const Table<Lesion> table = {
        {"layer", &Lesion::layer},
        F("accuracy", &Lesion::accuracy).column("accuracy"),
        F("agreement", &Lesion::agreement).column("agreement"),
        {"accuracy_without_evidence", &Lesion::accuracy_without_evidence}};
    return table;
}

const Table<Replacement>& replacement_table() {
    using F = Field<Replacement>;
    static const Table<Replacement> table = {
        {"kind", &Replacement::kind},
        {"depth", &Replacement::depth},
        {"step", &Replacement::step},
        F("accuracy", &Replacement::accuracy).column("accuracy"),
        F("agreement", &Replacement::agreement).column("agreement"),
        {"logit_error", &Replacement::logit_error},
        {"logit_bound", &Replacement::logit_bound},
        {"logit_samples", &Replacement::samples}};
    return table;
}

/// A spread of the certificates, its five columns by what they hold.
Field<LayerCertificates> spread_field(const std::string& name, Spread LayerCertificates::*member) {
    std::vector<FieldColumn> columns;
    for (const char* which : {"median", "q05", "q95", "least", "most"}) {
        columns.push_back({fmt::format("{}_{}", which, name), which});
    }
    return Field<LayerCertificates>(name, member).parts(std::move(columns));
}

const Table<LayerCertificates>& certificate_table() {
    using F = Field<LayerCertificates>;
    static const Table<LayerCertificates> table = {
        {"layer", &LayerCertificates::layer},
        F("oracle", &LayerCertificates::oracle).column("oracle"),
        F("certified", &LayerCertificates::by_any).column("certified"),
        F("by_cube", &LayerCertificates::by_cube).column("by_cube"),
        F("by_tail", &LayerCertificates::by_tail).column("by_tail"),
        F("by_box", &LayerCertificates::by_box).column("by_box"),
        F("forever", &LayerCertificates::forever).column("forever"),
        spread_field("lead", &LayerCertificates::lead),
        spread_field("bound_of_lead", &LayerCertificates::tail_width),
        spread_field("error_of_tail", &LayerCertificates::tail_error)};
    return table;
}

Json certificates_json(const CertificateReport& report) {
    double at = 0.0;
    double final_from = 0.0;
    for (std::size_t j = 0; j < report.certified_at.size(); ++j) {
        at += static_cast<double>(report.certified_at[j]);
        final_from += static_cast<double>(report.final_from[j]);
    }
    const auto samples = static_cast<double>(report.certified_at.size());
    return {{"samples", report.certified_at.size()},
            {"mean_layer", json_number(at / samples)},
            {"oracle_mean_layer", json_number(final_from / samples)},
            {"norm_bound", json_number(report.norm_bound)},
            {"certificates_checked", report.checked},
            {"certificates_wrong", report.wrong},
            {"tail_bounds_checked", report.tail_checks},
            {"largest_error_over_bound", json_number(report.worst_tail_share)},
            {"layers", certificate_table().json(report.layers)}};
}

}  // namespace

Json to_json(const DepthStudy& study) {
    Json json;
    json["samples"] = study.profile.final_from.size();
    json["rule"] = {{"norm", to_string(study.options.norm)},
                    {"reduction", to_string(study.options.reduction)},
                    {"tolerance", study.options.tolerance},
                    {"allowance", study.options.allowance},
                    {"min_depth", study.criteria.min_depth}};
    json["depths"] = depth_table().json(study.profile.layers);
    json["criteria"] = criterion_table().json(study.criteria.suggestions);
    json["sensitivity"] = sensitivity_table().json(study.criteria.sensitivity);
    json["lesions"] = lesion_table().json(study.profile.lesions);
    json["lesions_are_the_same_network"] = study.profile.shared_weights;
    if (study.certificates) {
        json["certificates"] = certificates_json(*study.certificates);
    }
    if (study.early_stop) {
        const EarlyStopTiming& stop = *study.early_stop;
        json["early_stop"] = {{"samples", stop.samples},
                              {"mean_layers", stop.mean_layers},
                              {"tried_after", stop.tried_after},
                              {"seconds", stop.seconds},
                              {"seconds_without", stop.seconds_without},
                              {"different_classes", stop.different}};
    }
    json["replacements"] = replacement_table().json(study.replacements);
    if (study.step_limit) {
        const StepLimit& limit = *study.step_limit;
        json["step_limit"] = {
            {"largest_stable_step", limit.largest ? json_number(*limit.largest) : Json()},
            {"pattern", limit.pattern},
            {"equilibria_visited", limit.equilibria},
            {"inputs_settled", limit.settled},
            {"inputs", limit.inputs}};
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> depth_tables(const DepthStudy& study) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    tables.emplace_back("depths.csv", depth_table().csv(study.profile.layers));
    tables.emplace_back("criteria.csv", criterion_table().csv(study.criteria.suggestions));
    tables.emplace_back("sensitivity.csv", sensitivity_table().csv(study.criteria.sensitivity));
    if (!study.profile.lesions.empty()) {
        tables.emplace_back("lesions.csv", lesion_table().csv(study.profile.lesions));
    }
    if (study.certificates) {
        tables.emplace_back("certificates.csv",
                            certificate_table().csv(study.certificates->layers));
    }
    if (!study.replacements.empty()) {
        tables.emplace_back("replacements.csv", replacement_table().csv(study.replacements));
    }
    return tables;
}

std::string summary(const DepthStudy& study) {
    std::string text;
    const auto say = [&]<typename... T>(fmt::format_string<T...> form, T&&... parts) {
        fmt::format_to(std::back_inserter(text), form, std::forward<T>(parts)...);
    };
    say("depth      accuracy  agreement     margin   r ({}, {})\n", to_string(study.options.norm),
        to_string(study.options.reduction));
    for (const DepthLayer& layer : study.profile.layers) {
        const double r = layer.change(study.options.norm, study.options.reduction);
        say("{:>5}  {:>10.4f} {:>10.4f} {:>10.3f}   {}\n", layer.depth, layer.accuracy.value,
            layer.agreement.value, layer.margin.mean,
            std::isnan(r) ? "" : fmt::format("{:.3g}", r));
    }
    say("suggested depth by criterion ({} samples):\n", study.profile.final_from.size());
    for (const DepthSuggestion& one : study.criteria.suggestions) {
        say("  {:<16} {:>3}   accuracy {}, agreement {}{}\n", to_string(one.criterion), one.depth,
            percent(one.accuracy), percent(one.agreement),
            one.value != static_cast<double>(one.depth) ? fmt::format(" ({:.3f})", one.value) : "");
    }
    if (study.certificates) {
        const CertificateReport& report = *study.certificates;
        say("certified stop, {} inputs: share certified (oracle) by layer:",
            report.certified_at.size());
        for (const LayerCertificates& layer : report.layers) {
            say(" {:.2f} ({:.2f})", layer.by_any.value, layer.oracle.value);
        }
        say("\n  {} certificates held against the network, {} wrong", report.checked, report.wrong);
        if (report.tail_checks > 0) {
            say("; {} tail bounds, largest error / bound {:.3g}, |W|_2 <= {:.4g}",
                report.tail_checks, report.worst_tail_share, report.norm_bound);
        }
        say("\n");
    }
    if (study.early_stop) {
        const EarlyStopTiming& stop = *study.early_stop;
        say("early stop: {:.2f} of {} layers an input, {:.2f} times the time of all (proofs tried "
            "after {}; {} inputs, {} other classes)\n",
            stop.mean_layers, study.profile.layers.back().depth,
            stop.seconds / stop.seconds_without,
            stop.tried_after.empty() ? "none: no try would pay"
                                     : fmt::format("{}", fmt::join(stop.tried_after, ", ")),
            stop.samples, stop.different);
    }
    for (const Replacement& one : study.replacements) {
        say("{} to {} layers, h = {:g}: accuracy {}, agreement {}", one.kind, one.depth, one.step,
            percent(one.accuracy), percent(one.agreement));
        if (!std::isnan(one.logit_error)) {
            say("; logits off by {:.3g}, proved {} on {} inputs", one.logit_error,
                std::isfinite(one.logit_bound) ? fmt::format("<= {:.3g}", one.logit_bound)
                                               : "nothing (the bound ran away)",
                one.samples);
        }
        say("\n");
    }
    if (study.step_limit) {
        const StepLimit& limit = *study.step_limit;
        say("h* of the {} equilibria that {} of {} inputs come to rest at: {}\n", limit.equilibria,
            limit.settled, limit.inputs,
            limit.largest ? fmt::format("{:.4g}", *limit.largest) : "none known");
    }
    return text;
}

}  // namespace resdyn

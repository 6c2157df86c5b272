#include <resdyn/results/depth_results.hpp>

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const ChangeFigures& figures) {
    return {{"mean", json_number(figures.mean)},
            {"q95", json_number(figures.q95)},
            {"max", json_number(figures.max)}};
}

Json profile_json(const DepthProfile& profile) {
    Json layers = Json::array();
    for (const DepthLayer& layer : profile.layers) {
        layers.push_back({{"depth", layer.depth},
                          {"accuracy", to_json(layer.accuracy)},
                          {"margin", json_number(layer.margin.mean)},
                          {"margin_error", json_number(layer.margin.standard_error)},
                          {"agreement", to_json(layer.agreement)},
                          {"r",
                           {{"2", to_json(layer.two)},
                            {"rms", to_json(layer.rms)},
                            {"inf", to_json(layer.inf)}}},
                          {"contribution", json_number(layer.contribution)}});
    }
    return layers;
}

Json certificates_json(const CertificateReport& report) {
    Json layers = Json::array();
    for (const LayerCertificates& layer : report.layers) {
        layers.push_back({{"layer", layer.layer},
                          {"oracle", to_json(layer.oracle)},
                          {"certified", to_json(layer.by_any)},
                          {"by_cube", to_json(layer.by_cube)},
                          {"by_tail", to_json(layer.by_tail)},
                          {"by_box", to_json(layer.by_box)},
                          {"forever", to_json(layer.forever)},
                          {"lead", to_json(layer.lead)},
                          {"bound_of_lead", to_json(layer.tail_width)},
                          {"error_of_tail", to_json(layer.tail_error)}});
    }
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
            {"layers", layers}};
}

std::string percent(const Proportion& p) {
    return fmt::format("{:.2f} ± {:.2f} %", 100.0 * p.value, 100.0 * p.standard_error);
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
    json["depths"] = profile_json(study.profile);
    json["criteria"] = Json::array();
    for (const DepthSuggestion& one : study.criteria.suggestions) {
        json["criteria"].push_back({{"criterion", to_string(one.criterion)},
                                    {"value", json_number(one.value)},
                                    {"depth", one.depth},
                                    {"accuracy", to_json(one.accuracy)},
                                    {"agreement", to_json(one.agreement)}});
    }
    json["sensitivity"] = Json::array();
    for (const Sensitivity& one : study.criteria.sensitivity) {
        json["sensitivity"].push_back({{"criterion", to_string(one.criterion)},
                                       {"reduction", to_string(one.reduction)},
                                       {"tolerance", one.tolerance},
                                       {"depth", one.depth},
                                       {"accuracy", to_json(one.accuracy)},
                                       {"agreement", to_json(one.agreement)}});
    }
    json["lesions"] = Json::array();
    for (const Lesion& one : study.profile.lesions) {
        json["lesions"].push_back(
            {{"layer", one.layer},
             {"accuracy", to_json(one.accuracy)},
             {"agreement", to_json(one.agreement)},
             {"accuracy_without_evidence", json_number(one.accuracy_without_evidence)}});
    }
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
    json["replacements"] = Json::array();
    for (const Replacement& one : study.replacements) {
        json["replacements"].push_back({{"kind", one.kind},
                                        {"depth", one.depth},
                                        {"step", json_number(one.step)},
                                        {"accuracy", to_json(one.accuracy)},
                                        {"agreement", to_json(one.agreement)},
                                        {"logit_error", json_number(one.logit_error)},
                                        {"logit_bound", json_number(one.logit_bound)},
                                        {"logit_samples", one.samples}});
    }
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
    CsvTable depths({"depth", "accuracy", "accuracy_error", "margin", "margin_error", "agreement",
                     "r_2_mean", "r_2_q95", "r_2_max", "r_rms_mean", "r_rms_q95", "r_rms_max",
                     "r_inf_mean", "r_inf_q95", "r_inf_max", "contribution"});
    for (const DepthLayer& layer : study.profile.layers) {
        depths.add({layer.depth, layer.accuracy.value, layer.accuracy.standard_error,
                    layer.margin.mean, layer.margin.standard_error, layer.agreement.value,
                    layer.two.mean, layer.two.q95, layer.two.max, layer.rms.mean, layer.rms.q95,
                    layer.rms.max, layer.inf.mean, layer.inf.q95, layer.inf.max,
                    layer.contribution});
    }
    tables.emplace_back("depths.csv", std::move(depths));
    CsvTable criteria({"criterion", "value", "depth", "accuracy", "agreement"});
    for (const DepthSuggestion& one : study.criteria.suggestions) {
        criteria.add({std::string(to_string(one.criterion)), one.value, one.depth,
                      one.accuracy.value, one.agreement.value});
    }
    tables.emplace_back("criteria.csv", std::move(criteria));
    CsvTable sensitivity({"criterion", "reduction", "tolerance", "depth", "accuracy", "agreement"});
    for (const Sensitivity& one : study.criteria.sensitivity) {
        sensitivity.add({std::string(to_string(one.criterion)),
                         std::string(to_string(one.reduction)), one.tolerance, one.depth,
                         one.accuracy.value, one.agreement.value});
    }
    tables.emplace_back("sensitivity.csv", std::move(sensitivity));
    if (!study.profile.lesions.empty()) {
        CsvTable lesions({"layer", "accuracy", "agreement", "accuracy_without_evidence"});
        for (const Lesion& one : study.profile.lesions) {
            lesions.add({one.layer, one.accuracy.value, one.agreement.value,
                         one.accuracy_without_evidence});
        }
        tables.emplace_back("lesions.csv", std::move(lesions));
    }
    if (study.certificates) {
        std::vector<std::string> columns = {"layer",   "oracle", "certified", "by_cube",
                                            "by_tail", "by_box", "forever"};
        for (const char* what : {"lead", "bound_of_lead", "error_of_tail"}) {
            for (const char* which : {"median", "q05", "q95", "least", "most"}) {
                columns.push_back(fmt::format("{}_{}", which, what));
            }
        }
        CsvTable table(columns);
        for (const LayerCertificates& layer : study.certificates->layers) {
            std::vector<CsvTable::Cell> row = {
                layer.layer,         layer.oracle.value, layer.by_any.value, layer.by_cube.value,
                layer.by_tail.value, layer.by_box.value, layer.forever.value};
            for (const Spread* s : {&layer.lead, &layer.tail_width, &layer.tail_error}) {
                row.insert(row.end(), {s->median, s->low, s->high, s->least, s->most});
            }
            table.add(row);
        }
        tables.emplace_back("certificates.csv", std::move(table));
    }
    if (!study.replacements.empty()) {
        CsvTable table({"kind", "depth", "step", "accuracy", "agreement", "logit_error",
                        "logit_bound", "logit_samples"});
        for (const Replacement& one : study.replacements) {
            table.add({one.kind, one.depth, one.step, one.accuracy.value, one.agreement.value,
                       one.logit_error, one.logit_bound, one.samples});
        }
        tables.emplace_back("replacements.csv", std::move(table));
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

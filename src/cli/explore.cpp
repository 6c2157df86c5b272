// resdyn explore: a page in which a network is looked at, with the library inside it.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include <plots/page_data.hpp>
#include <resdyn/core/error.hpp>

#include "built_page.hpp"
#include "core/stratified_sample.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "results/portrait_points.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view page_name = "explorer.html";
constexpr std::string_view place_of_network = "@@given@@";
constexpr Index layers_of_a_matrix = 20;  // drawn where no network says how many it has

struct ExploreOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    Index samples = 12;
    std::string page;
};

std::string page_text(const std::string& named) {
    if (!named.empty()) {
        if (std::optional<std::string> page = page_at(named, place_of_network)) {
            return *std::move(page);
        }
        reject_input(named, "the page that script/explorer builds",
                     fs::exists(named) ? "another file" : "nothing to read");
    }
    if (std::optional<std::string> page = built_page(page_name, place_of_network)) {
        return *std::move(page);
    }
    throw ResourceError(
        "explore: expected the explorer's page beside the program, got none; script/explorer "
        "builds it (build/explorer/explorer.html), --page names it where it lies elsewhere");
}

/// Activities x_0 of inputs drawn from the data, {"x": …} each.
Json starts_of(const ExploreOptions& options, Source& source) {
    Json starts = Json::array();
    if (options.data.empty()) {
        return starts;
    }
    const Dataset data =
        load_data(options.data, source,
                  {.part = DataPart::Test, .samples = 0, .seed = options.common.seed})
            .data;
    const std::vector<Index> drawn =
        stratified_sample(data.labels, options.samples, options.common.seed);
    const Matrix x0 =
        initial_activity(source.network, data.inputs(Eigen::all, drawn).cast<double>());
    for (const auto& x : x0.colwise()) {
        starts.push_back({{"x", std::vector<double>(x.begin(), x.end())}});
    }
    return starts;
}

/// The network as the page reads it.
Json network_of(const ExploreOptions& options, Source& source) {
    const ResidualNetwork& network = source.network;
    const ResidualBlock& block = network.block(0);
    Json json = {
        {"name", source.name},
        {"activation", to_string(network.activation)},
        {"step", network.step},
        {"b", std::vector<double>(block.b.begin(), block.b.end())},
        {"layers", source.is_model || options.source.depth ? network.depth : layers_of_a_matrix}};
    if (block.A) {
        json["B"] = json_rows(block.W);
        json["A"] = json_rows(*block.A);
    } else {
        json["W"] = json_rows(block.W);
    }
    json["starts"] = starts_of(options, source);
    return json;
}

int run(const ExploreOptions& options) {
    std::string page = page_text(options.page);
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    const Json network = network_of(options, source);
    page.replace(page.find(place_of_network), place_of_network.size(),
                 plots::script_safe(network.dump()));
    Findings findings{.json = {{"activation", to_string(system.activation())},
                               {"step", system.step()},
                               {"dimension", system.dimension()},
                               {"page", page_name},
                               {"bytes", page.size()},
                               {"starts", network["starts"].size()}}};
    findings.summary = [line = source_line(source, system), out = options.common.out] {
        fmt::print("{}open {} in a browser: the network is in it, nothing is loaded or sent\n",
                   line, (fs::path(out) / page_name).string());
    };
    findings.files.emplace_back(page_name, std::move(page));
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_explore(App& program, const std::string& command) {
    auto options = std::make_shared<ExploreOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "explore", "A page in which the network is looked at and changed, computed in the browser");
    add_source_options(*app, options->source);
    app->add_option("--data", options->data,
                    "Trajectories start at inputs of these: rings, moons, spirals, xor, a CSV file "
                    "(label last), an IDX file or a folder");
    app->add_option("--samples", options->samples, "Inputs drawn from the data")
        ->check(in_range(1, 40))
        ->capture_default_str();
    add_data_format_options(*app, options->source.format);
    app->add_option("--page", options->page,
                    "The page that script/explorer has built, where it is not beside the program");
    add_common_options(*app, options->common);
    app->footer("Example: resdyn explore --system heteroclinic-cycle");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli

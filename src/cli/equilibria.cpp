// resdyn equilibria: the fixed points of a network's residual system, with the contract of --json.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/search.hpp>
#include <resdyn/io/output_folder.hpp>
#include <resdyn/io/results.hpp>
#include <resdyn/io/tables.hpp>
#include <resdyn/model/residual_system.hpp>

#include "common.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

constexpr Index enumerated_up_to = 12;  // beyond: a search
constexpr Index all_listed_up_to = 10;  // beyond: the stable ones, unless asked

struct EquilibriaOptions {
    CommonOptions common;
    SourceOptions source;
    std::string list;
    Index starts = 256;
    SettleOptions settle;
};

Listing listing_of(const std::string& name, Index dimension) {
    if (name.empty()) {
        return dimension <= all_listed_up_to ? Listing::All : Listing::Stable;
    }
    return name == "all" ? Listing::All : name == "stable" ? Listing::Stable : Listing::Faces;
}

std::string y_text(const Vector& y) {
    std::string text;
    constexpr Index shown = 6;
    for (Index i = 0; i < std::min(shown, y.size()); ++i) {
        text += fmt::format("{}{:.6g}", i > 0 ? ", " : "", y[i]);
    }
    return y.size() > shown ? text + ", …" : text;
}

std::string pattern_text(const Pattern& pattern) {
    constexpr std::size_t shown = 24;
    const std::string word = to_string(pattern);
    return word.size() <= shown ? word : word.substr(0, shown) + "…";
}

void print_equilibrium(const Equilibrium& e) {
    fmt::print("  {}  {:<15} unstable {}  residual {:.1e}  y = ({}){}\n", pattern_text(e.pattern),
               to_string(e.type), e.spectrum.unstable, e.residual, y_text(e.y),
               e.on_continuum ? "  on a continuum" : "");
}

void print_atlas(const Atlas& atlas, Index patterns_listed) {
    const AtlasCounts& counts = atlas.counts;
    fmt::print("complete: every pattern decided exactly\n");
    fmt::print("{} isolated equilibria: {} vertices, {} on faces; {} stable\n", counts.total,
               counts.vertices, counts.faces, counts.stable);
    for (std::size_t k = 0; k < counts.by_unstable_dimension.size(); ++k) {
        if (counts.by_unstable_dimension[k] > 0) {
            fmt::print("  unstable dimension {}: {}\n", k, counts.by_unstable_dimension[k]);
        }
    }
    fmt::print("{} patterns with a singular free block, {} of them hold a continuum\n",
               atlas.singular_patterns, atlas.continua.size());
    for (Index k = 0; k < patterns_listed; ++k) {
        print_equilibrium(atlas.equilibria[static_cast<std::size_t>(k)]);
    }
    for (std::size_t k = 0; k < std::min<std::size_t>(atlas.continua.size(), 40); ++k) {
        const Continuum& c = atlas.continua[k];
        fmt::print("  {}  continuum of dimension {} through y = ({})\n", pattern_text(c.pattern),
                   c.dimension, y_text(c.point));
    }
}

void print_search(const SettleResult& result) {
    fmt::print("not complete: equilibria that starts settle at; others were not searched\n");
    fmt::print("{} starts: {} settled, {} slow, {} unsettled, {} not finite\n",
               result.outcomes.size(), result.count(SettleOutcome::Settled),
               result.count(SettleOutcome::Slow), result.count(SettleOutcome::Unsettled),
               result.count(SettleOutcome::NonFinite));
    for (const SettledGroup& group : result.groups) {
        fmt::print("{:>6} starts{}:", group.members.size(),
                   group.equilibrium.proved ? "" : " (verified in double precision only)");
        print_equilibrium(group.equilibrium);
    }
}

/// Random starts: residuals uniform in the open cube, one stream a start.
Matrix random_starts(const ResidualSystem& system, Index count, std::uint64_t seed) {
    const Levels range = levels(system.activation());
    Matrix u(system.dimension(), count);
    for (Index k = 0; k < count; ++k) {
        Random random(seed, static_cast<std::uint64_t>(k));
        u.col(k) = inverse(system.activation(),
                           random.uniform_vector(system.dimension(), range.low, range.high))
                       .cwiseMax(-40.0);
    }
    return u;
}

int run(const EquilibriaOptions& options, bool write_files) {
    const Source source = load_source(options.source);
    const ResidualSystem system = residual_system(source.network);
    if (!is_bounded(system.activation())) {
        reject_argument("equilibria", "logistic or tanh",
                        fmt::format("{}: equilibria of unbounded activations are not yet available",
                                    to_string(system.activation())));
    }
    const Listing listing = listing_of(options.list, system.dimension());
    const bool talk = !options.common.quiet && !options.common.json;
    if (talk) {
        fmt::print("{}{}: N = {}, {}, h = {}\n", source.name,
                   source.is_default ? " (no matrix was named)" : "", system.dimension(),
                   to_string(system.activation()), system.step());
    }
    nlohmann::ordered_json json;
    CsvTable table({""});
    if (system.dimension() <= enumerated_up_to) {
        const Atlas atlas =
            equilibrium_atlas(system, {.listing = listing, .threads = options.common.threads});
        json = atlas_json(atlas, system);
        table = equilibrium_table(atlas.equilibria);
        if (talk) {
            print_atlas(atlas,
                        static_cast<Index>(std::min<std::size_t>(atlas.equilibria.size(), 40)));
        }
    } else {
        SettleOptions settle_options = options.settle;
        settle_options.threads = options.common.threads;
        const SettleResult result = settle(
            system, random_starts(system, options.starts, options.common.seed), settle_options);
        json = search_json(result, system, listing);
        std::vector<Equilibrium> found;
        for (const SettledGroup& group : result.groups) {
            found.push_back(group.equilibrium);
        }
        table = equilibrium_table(found);
        if (talk) {
            print_search(result);
        }
    }
    const Provenance provenance = make_provenance(options.common, source.inputs);
    json["provenance"] = to_json(provenance);
    if (write_files) {
        OutputFolder folder(options.common.out);
        folder.write("results.json", json.dump(2) + "\n");
        folder.write("equilibria.csv", table.text());
        folder.commit();
        if (talk) {
            fmt::print("written: {}/results.json, equilibria.csv\n", options.common.out);
        }
    }
    if (options.common.json) {
        fmt::print("{}\n", json.dump(2));
    }
    return Done;
}

}  // namespace

Verb add_equilibria(CLI::App& program, const std::string& command) {
    auto options = std::make_shared<EquilibriaOptions>();
    options->common.command = command;
    CLI::App* app = program.add_subcommand(
        "equilibria", "Every fixed point of the residual system: exact for N <= 12, else a search");
    add_source_options(*app, options->source);
    app->add_option("--list", options->list,
                    "Which to list: all (default for N <= 10), stable, faces")
        ->check(CLI::IsMember({"all", "stable", "faces"}));
    app->add_option("--starts", options->starts, "Random starts of the search for N > 12")
        ->check(CLI::Range(1, 10000000))
        ->capture_default_str();
    app->add_option("--max-layers", options->settle.max_layers, "Layers each start may take")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    add_common_options(*app, options->common);
    app->footer(
        "Example: resdyn equilibria --weights W.csv --activation tanh --json\n"
        "Output: results.json and equilibria.csv in --out (with --json only if --out is given).");
    return {app, [options, app] {
                return run(*options, !options->common.json || app->count("--out") > 0);
            }};
}

}  // namespace resdyn::cli

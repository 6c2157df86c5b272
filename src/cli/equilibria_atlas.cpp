// resdyn equilibria --method atlas: every pattern decided, by proof.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/progress.hpp>
#include <resdyn/results/proof_text.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

constexpr std::size_t printed = 40;
constexpr Index predicted_from = 14;      // units; below, the walk is over at once
constexpr Index listed_at_most = 20'000;  // equilibria described in full

void print_recurrence(const RecurrenceReport& report) {
    fmt::print("face theorem: {}\n", describe(report.verdict));
    fmt::print(
        "  candidates: {} open faces of dimension >= 2 ({} planes ruled out by a saddle's "
        "index, {} by divergence)",
        report.candidate_count(), report.excluded_saddle_planes, report.excluded_divergent_planes);
    constexpr std::size_t named = 8;
    for (std::size_t k = 0; k < std::min(report.candidates.size(), named); ++k) {
        fmt::print("{} {}", k == 0 ? ":" : ",", pattern_text(report.candidates[k]));
    }
    fmt::print("{}\n", report.candidate_count() > static_cast<Index>(named) ? ", …" : "");
}

void print_index(const IndexCheck& check) {
    if (!check.applies) {
        fmt::print(
            "index check: does not apply ({} tied equilibria on the stable side, or continua, "
            "or not complete); sum {}\n",
            check.tied, check.sum);
    } else if (check.origin_index) {
        fmt::print("index check: sum {} without the origin, whose index is therefore {}\n",
                   check.sum, *check.origin_index);
    } else {
        fmt::print("index check: sum {}, must be 1: {}\n", check.sum,
                   check.holds ? "holds" : "VIOLATED");
    }
}

void print_atlas(const Atlas& atlas, const VerdictNotes& notes) {
    const AtlasCounts& counts = atlas.counts;
    const AtlasDecisions& decisions = atlas.decisions;
    fmt::print("{}\n", atlas.complete
                           ? "complete: every pattern was decided"
                           : "not complete: interrupted, what follows was decided before");
    print_attraction(atlas.origin);
    // Stable needs every direction to decay; where none grows but some does not decay, a count by
    // unstable dimension alone would say more than is so.
    fmt::print("{} isolated equilibria: {} vertices, {} on faces; {} stable, {} marginal\n",
               counts.total, counts.vertices, counts.faces, counts.stable,
               counts.by_unstable_dimension[0] - counts.stable);
    for (std::size_t k = 0; k < std::min(atlas.equilibria.size(), printed); ++k) {
        Equilibrium shown = atlas.equilibria[k];
        if (notes.whole != nullptr) {
            in_units_of(*notes.whole, shown);
        }
        print_equilibrium(shown, (*notes.margins)[k]);
    }
    for (std::size_t k = 0; k < std::min(atlas.continua.size(), printed); ++k) {
        const Continuum& c = atlas.continua[k];
        fmt::print(
            "  {}  continuum of dimension {} through y = ({}); across it {} unstable, {} "
            "stable, {} neutral\n",
            pattern_text(c.pattern), c.dimension, point_text(c.point), c.transverse.unstable,
            c.transverse.stable, c.transverse.neutral);
    }
    if (atlas.not_listed > 0) {
        fmt::print("{} more are counted, not listed\n", atlas.not_listed);
    }
    std::string dimensions;
    for (std::size_t k = 1; k < counts.by_unstable_dimension.size(); ++k) {
        if (counts.by_unstable_dimension[k] > 0) {
            dimensions +=
                fmt::format("{} {} of unstable dimension {}", dimensions.empty() ? ":" : ",",
                            counts.by_unstable_dimension[k], k);
        }
    }
    fmt::print("{} unstable{}\n", counts.total - counts.by_unstable_dimension[0], dimensions);
    fmt::print("{} patterns with a singular free block, {} of them hold a continuum\n",
               atlas.singular_patterns, atlas.continua_found);
    fmt::print(
        "{} faces can attract (no saturated unit leaves its level): {} isolated equilibria, {} "
        "continua\n",
        counts.not_transversally_unstable + atlas.attracting_continua,
        counts.not_transversally_unstable, atlas.attracting_continua);
    print_recurrence(atlas.recurrence);
    if (atlas.origin) {
        print_origin(*atlas.origin);
    }
    print_index(atlas.index);
    print_notes(notes);
    fmt::print("{} patterns, {}\n", decisions.patterns, proof_text(decisions));
}

/// Every equilibrium, a line each: the place follows from the pattern by one linear solve.
class EntryFile {
  public:
    EntryFile(const std::filesystem::path& folder, Index dimension)
        : folder_(folder),
          path_(folder / "atlas.csv"),
          temporary_(folder / ".atlas.csv.part"),
          dimension_(dimension) {
        std::filesystem::create_directories(folder_);
        file_.open(temporary_, std::ios::binary);
        file_ << "pattern,free_units,unstable_dimension,neutral_dimension,decided\n";
        check();
    }
    ~EntryFile() {
        if (!committed_) {
            std::error_code ignored;
            std::filesystem::remove(temporary_, ignored);
        }
    }
    EntryFile(const EntryFile&) = delete;
    EntryFile& operator=(const EntryFile&) = delete;

    void write(const std::vector<AtlasEntry>& entries) {
        std::string text;
        for (const AtlasEntry& e : entries) {
            fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n",
                           to_string(pattern_of_entry(e, dimension_)), std::popcount(e.free),
                           e.unstable, e.neutral, e.exact ? "exact" : "filter");
        }
        file_ << text;
        check();
    }
    void commit() {
        file_.close();
        check();
        std::filesystem::rename(temporary_, path_);
        committed_ = true;
    }

  private:
    void check() const {
        if (!file_) {
            throw ResourceError(
                fmt::format("equilibria: expected to write {}, got a failure", path_.string()));
        }
    }
    std::filesystem::path folder_;
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    Index dimension_;
    std::ofstream file_{};
    bool committed_ = false;
};

}  // namespace

std::optional<EquilibriaOutput> equilibria_atlas_within(const EquilibriaTask& task, double seconds,
                                                        AtlasCost& cost) {
    const Index n = task.system.dimension();
    const CommonOptions& common = task.options.common;
    const InterruptScope interruptible;
    Progress progress("atlas", 1.0, task.talk ? common.progress() : ProgressMode::Quiet);
    AtlasOptions options{.listing = task.listing,
                         .max_listed = listed_at_most,
                         .stop_requested = interrupt_requested};
    options.origin = true;
    options.threads = common.threads;
    options.on_progress = [&](double share, Index found) {
        progress.update(share, fmt::format("{} equilibria", found));
    };
    if (task.talk && n >= predicted_from) {
        options.on_cost = [](const AtlasCost& predicted) {
            fmt::print("{:.3g} patterns, about {:.2g} s (from a timed sample)\n",
                       predicted.patterns, predicted.seconds);
        };
    }
    // With --list all in a folder, beyond what a list holds, every equilibrium goes to a file.
    std::optional<EntryFile> file;
    if (task.options.common.write_files && task.options.list == "all" && n > all_listed_up_to) {
        file.emplace(common.out, n);
        options.max_listed = 0;
        options.on_entries = [&](const std::vector<AtlasEntry>& entries) { file->write(entries); };
    }
    options.affordable_seconds = seconds;
    Atlas atlas = equilibrium_atlas(task.system, options);
    if (atlas.not_begun) {
        cost = *atlas.cost;
        return std::nullopt;
    }
    if (file) {
        file->commit();
    }
    const std::vector<double> margins =
        verdict_margins(task.system, atlas.equilibria, common.threads);
    const RoundingReport rounding =
        rounding_report(task.system, atlas.equilibria, margins, task.options.reading.rounding);
    const VerdictNotes notes{&margins, &rounding, task.whole};
    if (task.talk) {
        print_atlas(atlas, notes);
    }
    EquilibriaOutput output{atlas_json(atlas, task.system, notes), {}, certificate_of(task, atlas)};
    add_origin_directions(task, atlas.origin, output.json);
    if (file) {
        output.written_already = {"atlas.csv"};
    }
    if (task.whole != nullptr) {
        for (Equilibrium& equilibrium : atlas.equilibria) {
            in_units_of(*task.whole, equilibrium);
        }
    }
    output.files.emplace_back("equilibria.csv",
                              equilibrium_table(atlas.equilibria, margins).text());
    if (!atlas.complete || interrupt_requested()) {
        output.exit_code = ResourceFailure;
    } else if (atlas.index.applies && !atlas.index.holds) {
        output.exit_code = CheckFailed;
    }
    return output;
}

EquilibriaOutput equilibria_atlas(const EquilibriaTask& task) {
    AtlasCost ignored;
    return *equilibria_atlas_within(task, 0.0, ignored);
}

}  // namespace resdyn::cli

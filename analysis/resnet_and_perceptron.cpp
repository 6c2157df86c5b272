// Claim 8. Residual networks and perceptrons differ in internal dynamics and in how noise evolves;
// the residual network is more robust.
#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>

#include <resdyn/figures/twin_figures.hpp>
#include <resdyn/studies/twin.hpp>
#include <resdyn/work/task_fields.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

Verdict verdict_of(TwinVerdict verdict) {
    switch (verdict) {
        case TwinVerdict::Holds:
            return Verdict::Holds;
        case TwinVerdict::Fails:
            return Verdict::Fails;
        case TwinVerdict::Undecided:
            break;
    }
    return Verdict::Undecided;
}

Setting setting_of(const std::string& data, const TwinClaim& claim, Index seeds) {
    const boost::math::students_t student(static_cast<double>(seeds - 1));
    const double t95 = boost::math::quantile(boost::math::complement(student, 0.025));
    Setting setting{
        data + ", " + claim.text,
        0.0,
        claim.difference.mean,
        t95 * claim.difference.standard_error,
        fmt::format("difference, mean over {} seeds, paired; tolerance: half the 95 % interval of "
                    "Student's t; p = {:.3g}",
                    seeds, claim.p),
        verdict_of(claim.verdict)};
    if (claim.difference.standard_error == 0) {
        // Accuracies are whole counts of samples: equal differences are a coincidence.
        setting.verdict = Verdict::Undecided;
        setting.text += "; equal in all seeds, so without a spread to judge by";
    }
    return setting;
}

/// How noise evolves: log of the noise energy that arrives over the input's, kind against kind.
void add_noise_gain(ClaimResult& result, const std::string& data, const TwinReport& report,
                    const TwinOptions& options) {
    for (const TwinKind kind : {TwinKind::SharedResidual, TwinKind::OwnResidual}) {
        Vector differences(options.seeds);
        for (Index k = 0; k < options.seeds; ++k) {
            double of_residual = std::nan("");
            double of_perceptron = std::nan("");
            for (const TwinRun& run : report.budget) {
                if (run.seed != options.seed + static_cast<std::uint64_t>(k)) {
                    continue;
                }
                if (run.kind == kind) {
                    of_residual = std::log(run.noise_gain[run.noise_gain.size() / 2]);
                } else if (run.kind == TwinKind::Perceptron) {
                    of_perceptron = std::log(run.noise_gain[run.noise_gain.size() / 2]);
                }
            }
            differences[k] = of_residual - of_perceptron;
        }
        Setting setting = setting_of(
            data,
            paired_claim(fmt::format("noise half way: log energy in {} less that in the perceptron",
                                     to_string(kind)),
                         differences),
            options.seeds);
        // They differ, in either direction.
        setting.verdict = setting.verdict == Verdict::Fails ? Verdict::Holds : setting.verdict;
        setting.text += "; holds if the two differ either way";
        result.settings.push_back(std::move(setting));
    }
}

TwinOptions twins_on(const DataPair& data, const Workspace& workspace) {
    TwinOptions with;
    const bool wide = data.training.width() >= 16;
    with.depth = 5;
    with.width = wide ? 0 : 16;
    with.seeds = 3;
    with.seed = workspace.seed();
    with.epochs = wide ? 4 : (workspace.quick() ? 40 : 100);
    with.batch = 128;
    with.rate = wide ? 1e-3 : 0.01;
    with.levels =
        wide ? std::vector<double>{0.0, 0.2, 0.5, 0.8} : std::vector<double>{0.0, 0.1, 0.2, 0.4};
    with.draws = workspace.quick() ? 1 : 3;
    with.linear = {.sample = 20, .draws = 4, .singular_values = 1};
    with.threads = workspace.threads();
    with.on_part = [&workspace, name = data.name](const std::string& part, double) {
        workspace.part(name + ", " + part);
    };
    return with;
}

/// A part a data set and seed.
std::vector<ClaimPart> parts(Workspace& workspace) {
    std::vector<ClaimPart> all;
    for (const DataPair& data : workspace.data_sets()) {
        const TwinOptions with = twins_on(data, workspace);
        for (Index k = 0; k < with.seeds; ++k) {
            all.push_back({fmt::format("twins on {}, seed {}", data.name,
                                       with.seed + static_cast<std::uint64_t>(k)),
                           [&data, with, k]() -> std::optional<std::string> {
                               const auto seed = twin_seed(data.training, data.test, with, k);
                               return seed ? std::optional(task_bytes(*seed)) : std::nullopt;
                           }});
        }
    }
    return all;
}

ClaimResult run(Workspace& workspace) {
    ClaimResult result;
    const std::vector<ClaimPart> all = parts(workspace);
    auto next = all.begin();
    for (const DataPair& data : workspace.data_sets()) {
        const TwinOptions with = twins_on(data, workspace);
        std::vector<TwinSeed> seeds;
        for (Index k = 0; k < with.seeds; ++k) {
            seeds.push_back(task_result<TwinSeed>(workspace.result_of(*next++)));
        }
        const TwinReport report = twin_report(std::move(seeds), with);
        for (const TwinClaim& claim : report.claims) {
            result.settings.push_back(setting_of(data.name, claim, with.seeds));
        }
        add_noise_gain(result, data.name, report, with);
        result.notes.push_back(fmt::format(
            "{}: at equal clean accuracy the accuracies of a seed still lie up to {:.4f} apart.",
            data.name, report.largest_gap));
        figures::Figure figure = figures::twin_figure(report, with);
        figure.id = "claim-8-";
        for (const char c : data.name) {
            figure.id += std::isalnum(static_cast<unsigned char>(c)) != 0
                             ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
                             : '-';
        }
        figure.title = data.name + ": " + figure.title;
        result.figures.push_back(std::move(figure));
    }
    return result;
}

}  // namespace

Claim resnet_and_perceptron() {
    return {8,
            "ResNet and MLP differ in internal dynamics and noise evolution; the ResNet is more "
            "robust",
            ClaimKind::Empirical,
            Needs::Training,
            "Twins of equal width, depth, data, budget and seeds: differences paired by seed, "
            "Student's t, p < 0.05; compared at equal budget and at equal clean accuracy. Three "
            "seeds, quick runs too.",
            run,
            parts};
}

}  // namespace resdyn::claims

// What was proved of a network, in sentences.
#include <fmt/format.h>

#include <algorithm>

#include <resdyn/studies/proofs.hpp>

namespace resdyn {

namespace {

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string weights_of(const NetworkProofs& proofs) {
    return fmt::format(
        "for the stored weights{}, for the flow and for every step h > 0, the block repeated "
        "without end",
        proofs.two_matrices ? " (W = BA in rationals)" : "");
}

/// What the equilibria that cannot attract are, where the atlas has counted them.
std::string others(const NetworkProofs& proofs) {
    if (!proofs.atlas || !proofs.atlas->complete) {
        return "";
    }
    const AtlasCounts& counts = proofs.atlas->counts;
    const Index rest = counts.total - counts.not_transversally_unstable;
    return fmt::format(
        " Of {} isolated equilibria, each of the other {} has a saturated unit that leaves its "
        "level{}.",
        counts.total, rest,
        proofs.atlas->singular_patterns == 0 ? ", and no free block is singular" : "");
}

std::string only_origin(const NetworkProofs& proofs) {
    const bool all_arrive = proofs.origin && proofs.origin->attracts == Decision::Yes;
    return fmt::format(
        "Proved {}: no input's residuals converge to an equilibrium other than y = 0, nor to a "
        "cycle, torus or chaotic set lying compactly in one open face.{} {} Nothing is said of "
        "rounding or of the network's own number of layers.",
        weights_of(proofs), others(proofs),
        all_arrive ? "In the flow every input's residuals converge to y = 0 (proved, see the "
                     "origin below); left open for the network: the approach to y = 0, and "
                     "wandering between faces."
                   : "Left open: the approach to y = 0, and wandering between faces.");
}

std::string some_faces(const NetworkProofs& proofs) {
    const AttractingFaces& faces = *proofs.attracting;
    std::uint64_t stable = 0;
    std::uint64_t with_free = 0;
    for (const AttractingFace& face : faces.faces) {
        stable += face.is_stable() ? 1 : 0;
        with_free += face.pattern.is_vertex() ? 0 : 1;
    }
    std::string text = fmt::format(
        "Proved {}: if an input's residuals end compactly inside one open face of the cube, at "
        "rest, on a cycle, a torus or a chaotic set, then it is one of {} ({}, {}){}.",
        weights_of(proofs), counted(faces.count(), "face", "faces"),
        counted(faces.isolated, "isolated equilibrium", "isolated equilibria"),
        counted(faces.continua, "continuum", "continua"),
        faces.all_listed() ? fmt::format("; {} of them hyperbolically stable, {} with free units",
                                         stable, with_free)
                           : "");
    return text + others(proofs) +
           " Left open: wandering between faces, and which of them attracts which input.";
}

std::string classes(const NetworkProofs& proofs) {
    Index decided = 0;
    std::vector<Index> seen;
    for (std::size_t k = 0; k < proofs.evidence.size(); ++k) {
        const AttractingFace& face = proofs.attracting->faces[k];
        if (face.is_isolated() && proofs.evidence[k].is_decided()) {
            ++decided;
            seen.push_back(proofs.evidence[k].best);
        }
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    return fmt::format(
        "In the mean {} of them gather evidence for a class of their own, h VA ȳ a layer, whose "
        "argmax is the class as the layers go on: {} in all.",
        decided, counted(seen.size(), "class", "classes"));
}

std::string stable_ones(const NetworkProofs& proofs) {
    if (proofs.atlas) {
        return fmt::format(
            "Proved: {} of the {} isolated equilibria {} hyperbolically stable in the flow ({} "
            "patterns decided, {} faces with a singular free block).",
            proofs.atlas->counts.stable, proofs.atlas->counts.total,
            proofs.atlas->counts.stable == 1 ? "is" : "are",
            proofs.atlas->complete ? "all" : "not all", proofs.atlas->singular_patterns);
    }
    const StableSearch& search = *proofs.stable;
    return fmt::format("{}: {} {} hyperbolically stable in the flow, {} of them on faces.",
                       search.complete() ? "Proved" : "Not complete, at least",
                       counted(search.stable(), "equilibrium", "equilibria"),
                       search.stable() == 1 ? "is" : "are", search.stable_faces);
}

std::string origin_text(const OriginReport& origin) {
    const auto verdict = [](Decision decision, std::string_view yes, std::string_view no) {
        return decision == Decision::Yes  ? std::string(yes)
               : decision == Decision::No ? std::string(no)
                                          : "not decided";
    };
    return fmt::format(
        "The origin y = 0 in the flow, as an equilibrium: {} ({}); it attracts the open cube: "
        "{} ({}).",
        verdict(origin.stable, "stable, proved", "unstable, proved"), origin.stable_reason,
        verdict(origin.attracts, "yes, proved", "no, proved"), origin.attracts_reason);
}

/// The class that starts on a stable direction end in, where it is one.
std::string direction_classes(const NetworkProofs& proofs) {
    std::string text;
    for (std::size_t k = 0; k < proofs.direction_evidence.size(); ++k) {
        const DecayDirection& direction = proofs.directions->directions[k];
        const EvidenceRate& evidence = proofs.direction_evidence[k];
        if (direction.stability == DirectionStability::Stable) {
            text += fmt::format(
                " What ends along units {} gathers VA v log L after L layers and is {} in the end, "
                "whatever it was (margin of hVA v: {:.3g} ± {:.1g}).",
                fmt::join(direction.units, ", "),
                evidence.is_decided() ? fmt::format("of class {}", evidence.best)
                                      : "of no single class",
                evidence.margin, evidence.margin_error);
        }
    }
    return text;
}

}  // namespace

std::string headline(const NetworkProofs& proofs) {
    if (!proofs.attracting || !proofs.attracting->complete()) {
        return "";
    }
    if (!proofs.attracting->only_origin()) {
        return fmt::format(
            "Proved: with the block repeated without end, inputs whose residuals end inside one "
            "face of the cube, at rest or moving, end in one of {}.",
            counted(proofs.attracting->count(), "face", "faces"));
    }
    std::string arrive;
    if (proofs.origin && proofs.origin->attracts == Decision::Yes) {
        arrive = "; in the flow all of them go to y = 0";
    } else if (proofs.ends) {
        arrive =
            fmt::format("; {} of {} inputs followed are proved to go to y = 0",
                        proofs.ends->count(DecayVerdict::EndsAtOrigin), proofs.ends->inputs.size());
    }
    return fmt::format(
        "Proved: with the block repeated without end, no input's residuals end at an equilibrium "
        "other than y = 0, nor on a cycle, torus or chaotic set inside one face{}. That the "
        "network classifies by transients is an interpretation of this.",
        arrive);
}

std::vector<std::string> describe(const NetworkProofs& proofs) {
    std::vector<std::string> sentences;
    if (proofs.attracting && proofs.attracting->only_origin()) {
        sentences.push_back(only_origin(proofs));
    } else if (proofs.attracting && proofs.attracting->complete()) {
        sentences.push_back(some_faces(proofs));
        if (!proofs.evidence.empty()) {
            sentences.push_back(classes(proofs));
        }
    }
    if (proofs.atlas || proofs.stable) {
        sentences.push_back(stable_ones(proofs));
    }
    if (proofs.origin) {
        sentences.push_back(origin_text(*proofs.origin));
    }
    if (proofs.directions) {
        sentences.push_back(describe(*proofs.directions) + direction_classes(proofs));
    }
    if (proofs.ends) {
        sentences.push_back(describe(*proofs.ends));
    }
    sentences.insert(sentences.end(), proofs.passed_over.begin(), proofs.passed_over.end());
    return sentences;
}

}  // namespace resdyn

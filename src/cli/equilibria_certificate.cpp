// resdyn equilibria --certificate: what script/verify-certificate checks.
#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/formats/output_folder.hpp>
#include <resdyn/results/certificate.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

std::optional<SearchProof> whole_proof(const EquilibriaTask& task, const ProofTree& tree) {
    if (tree.too_large() && task.talk) {
        fmt::print(
            "certificate: without the tree of the search, which is too large: that the list is all "
            "cannot be checked from it\n");
    }
    return tree.proof();
}

}  // namespace

void add_certificate_option(App& verb, std::string& file) {
    verb.add_option("--certificate", file,
                    "Also write the exact evidence, for script/verify-certificate");
}

std::string certificate_of(const EquilibriaTask& task, const Atlas& atlas) {
    return task.options.certificate.empty()
               ? std::string()
               : certificate_text(certify(task.system, atlas, task.listing), task.system);
}

std::string certificate_of(const EquilibriaTask& task, const std::vector<Equilibrium>& found,
                           CertificateClaim claim, const ProofTree& tree) {
    return task.options.certificate.empty()
               ? std::string()
               : certificate_text(
                     certify(task.system, found, claim,
                             claim == CertificateClaim::Listed ? std::nullopt
                                                               : whole_proof(task, tree)),
                     task.system);
}

std::string certificate_of(const EquilibriaTask& task, const AttractingFaces& search,
                           const ProofTree& tree) {
    return task.options.certificate.empty()
               ? std::string()
               : certificate_text(
                     certify(task.system, search,
                             search.complete() ? whole_proof(task, tree) : std::nullopt),
                     task.system);
}

std::function<void(const NodeProof&)> proofs_into(ProofTree& tree, const EquilibriaTask& task) {
    if (task.options.certificate.empty()) {
        return {};
    }
    return [&tree](const NodeProof& node) { tree.add(node); };
}

void write_certificate(const std::string& file, const std::string& content, bool talk) {
    if (content.empty()) {
        reject_argument("--certificate",
                        "a method that decides exactly (atlas, search, stable, attracting-faces)",
                        "one that does not");
    }
    write_file_atomically(file, content);
    if (talk) {
        fmt::print("certificate: {} (check it with script/verify-certificate)\n", file);
    }
}

}  // namespace resdyn::cli

// resdyn equilibria --certificate: what script/verify-certificate checks.
#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/formats/output_folder.hpp>
#include <resdyn/results/certificate.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

void add_certificate_option(CLI::App& verb, std::string& file) {
    verb.add_option("--certificate", file,
                    "Also write the exact evidence, for script/verify-certificate");
}

std::string certificate_of(const EquilibriaTask& task, const Atlas& atlas) {
    return task.options.certificate.empty()
               ? std::string()
               : certificate_text(certify(task.system, atlas, task.listing), task.system);
}

std::string certificate_of(const EquilibriaTask& task, const std::vector<Equilibrium>& found,
                           CertificateClaim claim) {
    return task.options.certificate.empty()
               ? std::string()
               : certificate_text(certify(task.system, found, claim), task.system);
}

void write_certificate(const std::string& file, const std::string& content, bool talk) {
    if (content.empty()) {
        reject_argument("--certificate",
                        "a method that decides equilibria exactly (atlas, search, stable)",
                        "one that does not");
    }
    write_file_atomically(file, content);
    if (talk) {
        fmt::print("certificate: {} (check it with script/verify-certificate)\n", file);
    }
}

}  // namespace resdyn::cli

#include "cli/commands.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace viaggio::cli {

int report(const Error& e) {
  std::fprintf(stderr, "viaggio: %s%s%s (%s)\n", e.field.empty() ? "" : (e.field + ": ").c_str(),
               e.detail.c_str(), "", e.code.c_str());
  return e.kind == ErrorKind::invalid ? 2 : 1;
}

std::string data_folder(const std::string& option) {
  if (!option.empty()) return option;
  const char* env = std::getenv("VIAGGIO_DATA");
  return env != nullptr && *env != '\0' ? env : "viaggio-data";
}

Status must_be_data_folder(const std::string& folder) {
  if (std::filesystem::exists(folder + "/FORMAT")) return {};
  return invalid("--data", folder + " is not a data folder");
}

Error error_of_answer(int status, std::string_view body) {
  Error e{status == 400 ? ErrorKind::invalid : ErrorKind::internal, "http",
          "the server answered " + std::to_string(status), ""};
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (!problem.is_object()) return e;
  for (const auto& [field, into] :
       {std::pair("code", &e.code), std::pair("detail", &e.detail), std::pair("field", &e.field)}) {
    if (const auto at = problem.find(field); at != problem.end() && at->is_string())
      *into = at->get<std::string>();
  }
  return e;
}

void add_target_options(CLI::App& command, std::string& data, Remote& remote) {
  auto* folder = command.add_option("--data", data,
                                    "Data folder that no server holds (default ./viaggio-data)");
  command
      .add_option("--url", remote.url,
                  "Address of a running server instead, such as http://127.0.0.1:8080")
      ->excludes(folder);
  command.add_option("--key", remote.key, "Secret key for --url")->envname("VIAGGIO_SECRET_KEY");
}

int run(int argc, char** argv) {
  CLI::App app("Viaggio: see, understand and improve every customer's journey");
  app.set_version_flag("--version", "viaggio 0.1.0");
  app.require_subcommand(1);
  int exit_code = 0;
  add_serve(app, exit_code);
  add_import(app, exit_code);
  add_export(app, exit_code);
  add_query(app, exit_code);
  add_sql(app, exit_code);
  add_demo(app, exit_code);
  add_check(app, exit_code);
  add_backup(app, exit_code);
  add_key(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e, std::cout, std::cerr);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace viaggio::cli

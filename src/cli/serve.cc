// viaggio serve: runs everything over one data folder until SIGTERM.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <toml++/toml.h>

#include "api/engine_backend.h"
#include "api/server.h"
#include "cli/commands.h"
#include "cli/demo_messages.h"
#include "webui/web_app.h"

namespace viaggio::cli {
namespace {

struct Arguments {
  std::string data, listen, collect, config, web;
  bool live = false;
};

std::string environment(const char* name) {
  const char* v = std::getenv(name);
  return v == nullptr ? std::string() : v;
}

// Flags over environment over file over default.
Status settle(Arguments& a) {
  toml::table file;
  if (a.config.empty()) a.config = environment("VIAGGIO_CONFIG");
  if (!a.config.empty()) {
    toml::parse_result parsed = toml::parse_file(a.config);
    if (!parsed)
      return invalid("--config", a.config + ": " + std::string(parsed.error().description()));
    file = std::move(parsed).table();
  }
  auto pick = [&](std::string& into, const char* env, const char* field, const char* otherwise) {
    if (into.empty()) into = environment(env);
    if (into.empty()) into = file[field].value_or(std::string());
    if (into.empty()) into = otherwise;
  };
  pick(a.data, "VIAGGIO_DATA", "data", "viaggio-data");
  pick(a.listen, "VIAGGIO_LISTEN", "listen", "127.0.0.1:8080");
  pick(a.collect, "VIAGGIO_COLLECT", "collect", "");
  return {};
}

void trickle(engine::Engine& engine, const std::atomic<bool>& stop) {
  demo::Trickle source({}, now_micros());
  while (!stop) {
    for (int i = 0; i < 10 && !stop; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (stop) return;
    (void)store_messages(engine, source.next(now_micros()));
  }
}

int serve(Arguments a) {
  if (auto ok = settle(a); !ok) return report(ok.error());
  // Signals are taken by sigwait below; every thread started from here inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  engine::Options options;
  options.folder = a.data;
  options.keep_copy = true;
  auto workspaces = api::Workspaces::open(options);
  if (!workspaces) return report(workspaces.error());
  engine::Engine& engine = (*workspaces)->first();
  auto keys = engine.keys().ensure_first(environment("VIAGGIO_WRITE_KEY"),
                                         environment("VIAGGIO_SECRET_KEY"));
  if (!keys) return report(keys.error());
  if (!keys->write.empty() && environment("VIAGGIO_WRITE_KEY").empty())
    std::fprintf(stderr, "write key (for web pages and apps): %s\n", keys->write.c_str());
  if (!keys->secret.empty() && environment("VIAGGIO_SECRET_KEY").empty())
    std::fprintf(stderr, "secret key (shown once, keep it safe): %s\n", keys->secret.c_str());

  auto sessions = auth::Sessions::open(engine.catalog(), now_micros());
  if (!sessions) return report(sessions.error());
  const webui::WebApp app = a.web.empty() ? webui::WebApp() : webui::WebApp::from_folder(a.web);
  api::ServeOptions serve_options;
  serve_options.listen = a.listen;
  serve_options.collect = a.collect;
  serve_options.web = [&](const http::Request& r) { return app.serve(r); };
  auto server = api::ApiServer::start(**workspaces, **sessions, serve_options);
  if (!server) return report(server.error());
  auto token = (*sessions)->create_link("", now_micros());
  if (!token) return report(token.error());
  const std::string host = a.listen.substr(0, a.listen.rfind(':'));
  std::fprintf(stderr, "viaggio is ready: http://%s:%u/?token=%s\n", host.c_str(),
               (*server)->port(), token->c_str());
  if ((*server)->collect_port() != 0)
    std::fprintf(stderr, "collecting from others on port %u\n", (*server)->collect_port());

  std::atomic<bool> stop{false};
  std::thread live;
  if (a.live) live = std::thread([&] { trickle(engine, stop); });
  int signal = 0;
  sigwait(&signals, &signal);
  std::fprintf(stderr, "viaggio stops: finishing what was begun\n");
  stop = true;
  if (live.joinable()) live.join();
  (*server)->drain(std::chrono::seconds(8));
  server->reset();
  sessions->reset();
  workspaces->reset();
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("serve", "Run everything over one data folder");
  c->add_option("--data", a->data, "Data folder (default ./viaggio-data)");
  c->add_option("--listen", a->listen, "HOST:PORT (default 127.0.0.1:8080)");
  c->add_option("--collect", a->collect, "HOST:PORT that others may send events to");
  c->add_option("--config", a->config, "TOML file with data, listen, collect");
  c->add_option("--web", a->web, "Serve the web app from this folder (developing)");
  c->add_flag("--live", a->live, "Add a trickle of invented events (demo folders only)");
  c->callback([a, &exit_code] { exit_code = serve(*a); });
}

}  // namespace viaggio::cli

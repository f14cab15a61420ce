# The jobs of the benchmark for Sidekiq; also what `sidekiq -r` loads. SOCKET is in LOAD_SOCKET.
require 'sidekiq'

Redis.silence_deprecations = true

Sidekiq.logger.level = Logger::ERROR
redis = { url: "unix://#{ENV.fetch('LOAD_SOCKET')}" }
Sidekiq.configure_server { |config| config.redis = redis }
Sidekiq.configure_client { |config| config.redis = redis }

def now_us = Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)

class Noop
  include Sidekiq::Worker
  def perform; end
end

class Stamp
  include Sidekiq::Worker
  def perform
    started = now_us
    Sidekiq.redis { |redis| redis.rpush('load:started', started) }
  end
end

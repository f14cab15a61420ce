# Sidekiq in the benchmark: sidekiq.rb SOCKET enqueue COUNT | work CONCURRENCY | wait COUNT
socket, mode, number = ARGV
ENV['LOAD_SOCKET'] = socket
jobs = File.join(__dir__, 'sidekiq_jobs.rb')
exec('sidekiq', '-r', jobs, '-c', number, '-q', 'default', out: File::NULL) if mode == 'work'
require jobs

if mode == 'enqueue'
  start = now_us
  Array.new(number.to_i) { [] }.each_slice(5000) { |args| Sidekiq::Client.push_bulk('class' => Noop, 'args' => args) }
  puts format('%.6f', (now_us - start) / 1e6)
else
  number.to_i.times do
    enqueued = now_us
    Stamp.perform_async
    _, started = Sidekiq.redis { |redis| redis.blpop('load:started', timeout: 10) }
    puts started.to_i - enqueued
    sleep 0.002
  end
end

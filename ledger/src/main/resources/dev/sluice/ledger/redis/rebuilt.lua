-- Reply: rebuilt, and what the last rebuild has to tell.
return { 'rebuilt', redis.call('GET', prefix .. 'rebuilt') or '' }

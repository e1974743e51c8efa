define dso_local i64 @sessions_expire(ptr nocapture noundef %v0, i64 noundef %v1) local_unnamed_addr nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
v2:
  %v3 = load ptr, ptr %v0, align 8
  %v4 = icmp eq ptr %v3, null
  br i1 %v4, label %v38, label %v5

v5:                                                ; preds = %v2
  %v6 = getelementptr inbounds i8, ptr %v0, i64 8
  br label %v7

v7:                                                ; preds = %v5, %v32
  %v8 = phi ptr [ %v3, %v5 ], [ %v36, %v32 ]
  %v9 = phi i64 [ 0, %v5 ], [ %v35, %v32 ]
  %v10 = phi ptr [ %v0, %v5 ], [ %v34, %v32 ]
  %v11 = phi i64 [ 9223372036854775807, %v5 ], [ %v33, %v32 ]
  %v12 = getelementptr inbounds i8, ptr %v8, i64 4
  %v13 = load i32, ptr %v12, align 4
  %v14 = icmp eq i32 %v13, 0
  %v15 = getelementptr inbounds i8, ptr %v8, i64 16
  %v16 = load i64, ptr %v15, align 8
  %v17 = icmp slt i64 %v16, %v1
  %v18 = select i1 %v14, i1 %v17, i1 false
  br i1 %v18, label %v19, label %v29

v19:                                               ; preds = %v7
  %v20 = getelementptr inbounds i8, ptr %v8, i64 24
  %v22 = load ptr, ptr %v6, align 8
  %v23 = icmp eq ptr %v22, %v8
  br i1 %v23, label %v24, label %v25

v24:                                               ; preds = %v19
  store ptr null, ptr %v6, align 8
  br label %v25

v25:                                               ; preds = %v24, %v19
  %v26 = getelementptr inbounds i8, ptr %v8, i64 8
  %v27 = load ptr, ptr %v26, align 8
  tail call void @free(ptr noundef %v27) nounwind
  tail call void @free(ptr noundef nonnull %v8) nounwind
  %v21 = load ptr, ptr %v20, align 8
  store ptr %v21, ptr %v10, align 8
  %v28 = add i64 %v9, 1
  br label %v32

v29:                                               ; preds = %v7
  %v30 = tail call i64 @llvm.smin.i64(i64 %v16, i64 %v11)
  %v31 = getelementptr inbounds i8, ptr %v8, i64 24
  br label %v32

v32:                                               ; preds = %v29, %v25
  %v33 = phi i64 [ %v11, %v25 ], [ %v30, %v29 ]
  %v34 = phi ptr [ %v10, %v25 ], [ %v31, %v29 ]
  %v35 = phi i64 [ %v28, %v25 ], [ %v9, %v29 ]
  %v36 = load ptr, ptr %v34, align 8
  %v37 = icmp eq ptr %v36, null
  br i1 %v37, label %v38, label %v7

v38:                                               ; preds = %v32, %v2
  %v39 = phi i64 [ 9223372036854775807, %v2 ], [ %v33, %v32 ]
  %v40 = phi i64 [ 0, %v2 ], [ %v35, %v32 ]
  %v41 = getelementptr inbounds i8, ptr %v0, i64 16
  store i64 %v39, ptr %v41, align 8
  %v42 = getelementptr inbounds i8, ptr %v0, i64 24
  %v43 = load i64, ptr %v42, align 8
  %v44 = sub i64 %v43, %v40
  store i64 %v44, ptr %v42, align 8
  ret i64 %v40
}
; verdict: refuted: reads where to go on from a session that was freed
